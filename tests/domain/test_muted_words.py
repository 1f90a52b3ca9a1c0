import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.errors import Constraint, ValidationFailed
from domain.muted_words import checked_muted_phrase, needle, searchable

FOUND = {
    "a word": ("cat", "The cat sat."),
    "in any case": ("CAT", "a Cat"),
    "alone": ("cat", "cat"),
    "between punctuation": ("cat", "(cat)…“cat”"),
    "before an apostrophe": ("cat", "the cat's ball"),
    "with an apostrophe of either kind": ("don't", "I don’t"),
    "in a hashtag": ("spoiler", "no #Spoiler please"),
    "a hashtag": ("#spoiler", "no #Spoiler please"),
    "a hashtag with the wide sign": ("#spoiler", "＃ｓｐｏｉｌｅｒ"),
    "a mention": ("@ann", "hi @Ann!"),
    "a mentioned name": ("ann", "hi @Ann!"),
    "a cashtag": ("$tsla", "buy $TSLA."),
    "in a URL": ("example", "see https://example.com/x"),
    "words across punctuation": ("good morning", "Good, morning!"),
    "words across lines": ("good morning", "good\n\nmorning"),
    "punctuation in the phrase": ("good, morning", "good morning"),
    "white space in the phrase": (" good \n morning", "good morning"),
    "composed and decomposed": ("café", "cafe\u0301"),
    "sharp s": ("straße", "STRASSE"),
    "Greek with its final sigma": ("Σίσυφος", "ΣΊΣΥΦΟΣ!"),
    "Cyrillic": ("Ёлка", "ёлка."),
    "Turkish capital dotted i": ("İstanbul", "İSTANBUL"),
    "full-width letters": ("ｃａｔ", "cat"),
    "half-width kana": ("ｶﾞﾝﾊﾞﾚ", "ガンバレ！"),
    "Arabic": ("مرحبا", "قال: مرحبا، يا صديقي"),
    "Arabic of the presentation forms": ("سلام", "ﺳﻼﻡ"),
    "Persian with or without its joiner": ("می\u200cخواهم", "نمیخواهم میخواهم"),
    "Hebrew": ("שלום", "(שלום)"),
    "Hindi": ("नमस्ते", "नमस्ते।"),
    "Korean": ("복싱", "오늘 복싱!"),
    "Chinese inside a sentence": ("拳击", "我喜欢拳击运动"),
    "Japanese inside a sentence": ("ネタバレ", "これはネタバレです"),
    "Japanese with Latin letters": ("pc版", "このPC版は"),
    "Thai inside a sentence": ("มวย", "ดูมวยไทย"),
    "a hashtag in a script without spaces": ("#拳击", "看 #拳击比赛"),
    "invisible characters in a word": ("spoiler", "sp\u200boil\u00ader"),
    "an emoji": ("🥊", "go🥊🥊"),
    "a text emoji": ("❤", "I ❤️ it"),
    "an emoji of any skin tone": ("👍🏽", "👍🏿 and 👍"),
    "a family": ("👨‍👩‍👧", "my👨‍👩‍👧!"),
    "a flag": ("🇮🇪", "🇫🇷🇮🇪"),
    "a keycap": ("1️⃣", "1️⃣ first"),
    "emoji and words": ("go 🥊 ann", "Go🥊Ann"),
    "a symbol": ("★", "★★★"),
    "digits": ("2024", "in 2024."),
    "a decimal": ("3.14", "3.14159 is not 3.14"),
}
MISSED = {
    "at the start of a word": ("cat", "category"),
    "inside a word": ("cat", "concatenate"),
    "at the end of a word": ("cat", "bobcat"),
    "beside an underscore": ("cat", "cat_food @cat_1"),
    "the plain word for a hashtag": ("#spoiler", "a spoiler"),
    "a longer hashtag": ("#spoil", "#spoiler"),
    "another sign": ("#ann", "@ann $ann"),
    "a sign apart": ("#spoiler", "# spoiler #\u200b spoiler"),
    "no hashtag": ("#b", "a#b 東#b"),
    "a mention in an e-mail address": ("@example", "ann@example.com"),
    "a longer name": ("@ann", "@ann_b @anna"),
    "other words between": ("good morning", "good old morning"),
    "another order": ("good morning", "morning good"),
    "accents": ("cafe", "café"),
    "a phrase with accents": ("café", "cafe"),
    "dotted and dotless i": ("ı", "i İ"),
    "Korean with a particle": ("복싱", "복싱이"),
    "a face in a family": ("👨", "👨‍👩‍👧"),
    "a part of a sequence": ("🌈", "🏳️‍🌈"),
    "a flag across two": ("🇮🇪", "🇫🇮🇪🇸"),
    "the flag of England in that of Wales": ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁷󠁬󠁳󠁿"),
    "a digit in a keycap": ("1", "1️⃣"),
    "letters of a script without spaces apart": ("拳击", "拳和击"),
}


@pytest.mark.parametrize(("phrase", "text"), FOUND.values(), ids=FOUND)
def test_whole_words_are_found(phrase: str, text: str) -> None:
    assert needle(phrase, whole_word=True) in searchable(text)
    assert needle(phrase, whole_word=False) in searchable(text)


@pytest.mark.parametrize(("phrase", "text"), MISSED.values(), ids=MISSED)
def test_whole_words_are_not_found_elsewhere(phrase: str, text: str) -> None:
    assert needle(phrase, whole_word=True) not in searchable(text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("cat", "concatenate"),
        ("#spoil", "#SPOILERS"),
        ("d morn", "Good mornings"),
        ("복싱", "복싱이"),
        ("@ann", "@ann_b"),
    ],
)
def test_parts_of_words_are_found_when_asked_for(phrase: str, text: str) -> None:
    assert needle(phrase, whole_word=False) in searchable(text)


@pytest.mark.parametrize(("phrase", "text"), [("cat", "c at"), ("#spoil", "spoiler"), ("cafe", "café")])
def test_parts_of_words_are_not_found_elsewhere(phrase: str, text: str) -> None:
    assert needle(phrase, whole_word=False) not in searchable(text)


def test_a_searchable_text_is_words_between_single_spaces() -> None:
    assert searchable("RT @Ann: #東京 is “GREAT” 👍🏽!") == " rt @ ann # 東 京 is great 👍 "


@pytest.mark.parametrize(
    ("written", "phrase"),
    [
        ("  Good \n morning ", "Good morning"),
        ("cafe\u0301", "café"),
        ("#Box", "#Box"),
        ("🥊", "🥊"),
        ("x" * 100, "x" * 100),
    ],
)
def test_a_phrase_is_kept_as_written_with_single_spaces(written: str, phrase: str) -> None:
    assert checked_muted_phrase(written) == phrase


@pytest.mark.parametrize(
    ("written", "constraint", "limit", "actual"),
    [
        ("", Constraint.REQUIRED, None, None),
        (" \u3000\n", Constraint.REQUIRED, None, None),
        ("…!?#@$ -", Constraint.REQUIRED, None, None),
        ("\u200b\ufe0f\u3164", Constraint.REQUIRED, None, None),
        ("x" * 101, Constraint.TOO_LONG, 100, 101),
        ("\U0001f94a" * 101, Constraint.TOO_LONG, 100, 101),
        ("a\x00b", Constraint.INVALID_CHARACTERS, None, None),
        ("\ud800", Constraint.INVALID_CHARACTERS, None, None),
    ],
)
def test_what_is_no_phrase(written: str, constraint: Constraint, limit: int | None, actual: int | None) -> None:
    with pytest.raises(ValidationFailed) as refused:
        checked_muted_phrase(written)
    assert refused.value.path == ("input", "phrase")
    assert (refused.value.constraint, refused.value.limit, refused.value.actual) == (constraint, limit, actual)


PIECES = st.one_of(
    st.sampled_from("aé字ガกß İſ#@$_'\u0301\u200d\ufe0f👨👍🏽🇮🇪1⃣ﷺ½"), st.characters(exclude_categories=["Cs"])
)
TEXTS = st.lists(PIECES, max_size=20).map("".join)


@given(TEXTS, TEXTS, TEXTS, st.booleans())
def test_a_phrase_is_found_between_any_texts(before: str, phrase: str, behind: str, whole_word: bool) -> None:
    assume(searchable(phrase).strip())
    assert needle(phrase, whole_word=whole_word) in searchable(f"{before} {phrase} {behind}")


@given(TEXTS, TEXTS)
def test_white_space_separates_words_and_is_single(one: str, other: str) -> None:
    words = [*searchable(one).split(" "), *searchable(other).split(" ")]
    assert searchable(f"{one} {other}").split() == [word for word in words if word]
    assert "  " not in searchable(f"{one} x {other}")


@pytest.mark.parametrize(
    "unit", ["a", "#", "#a", "東", "\u0301", "\u0f73", "ﷺ", "\u200d", "👨\u200d", "👍🏽", "🇮", "😀", "İ", "'"]
)
def test_a_monstrous_text_ends(unit: str) -> None:
    assert len(searchable(unit * (100_000 // len(unit)))) < 3_000_000
