import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import hashtag_key, invalid_characters_in, normalised
from domain.text.characters import in_form
from domain.text.spans import utf16_indices

MARKS = "".join(character for character in map(chr, range(0x20000)) if unicodedata.category(character).startswith("M"))


def test_normalised_text_is_composed_with_plain_line_breaks_and_no_white_space_around() -> None:
    assert normalised("\u3000\r\n cafe\u0301\r\nbar\rbaz\n\nend \t\n") == "café\nbar\nbaz\n\nend"


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@given(
    st.text(alphabet=st.sampled_from(MARKS + "aéㅏ각ﾞﾟ"), min_size=25, max_size=90),
    st.sampled_from(["NFC", "NFD", "NFKC"]),
)
def test_long_runs_of_marks_take_the_form_unicode_gives_them(text: str, form: str) -> None:
    assert in_form(form, text) == unicodedata.normalize(form, text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "invalid"),
    [
        ("fine: é字😀\u200d\u202e\u00ad\n\t", ""),
        ("a\ufeffb\ufffec\uffffd\ufeff", "\ufeff\ufffe\uffff"),
        ("nul \x00 and halves \udc00\ud800", "\x00\udc00\ud800"),
    ],
)
def test_invalid_characters_are_named_once_each(text: str, invalid: str) -> None:
    assert invalid_characters_in(text) == invalid


@pytest.mark.parametrize(
    ("text", "indices"),
    [("", [0]), ("é字b", [0, 1, 2, 3]), ("é字😀b", [0, 1, 2, 4, 5]), ("😀😀", [0, 2, 4])],
)
def test_utf16_indices_count_characters_beyond_the_first_plane_twice(text: str, indices: list[int]) -> None:
    assert list(utf16_indices(text)) == indices


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("McGregor", "MCGREGOR"),
        ("straße", "STRASSE"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("café", "cafe\u0301"),
        ("box２", "ｂｏｘ2"),
        ("ガンバレ", "ｶﾞﾝﾊﾞﾚ"),
        ("box", "b\u200do\u034fx\ufe0f"),
        ("ﬁght", "fight"),
        ("㎒", "mhz"),
        ("α\u0345\u0301", "ΆΙ"),
        ("Ａﾞ", "ａ\u3099"),
    ],
)
def test_spellings_of_one_hashtag_share_a_key(one: str, other: str) -> None:
    assert hashtag_key(one) == hashtag_key(other)


@pytest.mark.parametrize(("one", "other"), [("cafe", "café"), ("box", "b_ox"), ("паром", "napom"), ("1", "l")])
def test_different_hashtags_keep_different_keys(one: str, other: str) -> None:
    assert hashtag_key(one) != hashtag_key(other)


@given(st.text(max_size=20))
def test_a_key_is_its_own_key_and_blind_to_composition(tag: str) -> None:
    key = hashtag_key(tag)
    assert hashtag_key(key) == key
    assert hashtag_key(unicodedata.normalize("NFC", tag)) == key
    assert hashtag_key(unicodedata.normalize("NFD", tag)) == key
