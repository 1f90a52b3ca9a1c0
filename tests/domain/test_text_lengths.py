import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import weighted_length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Hello, world!\n", 14),
        ("Ünïcödé", 7),
        ("e\u0301", 1),
        ("\u0000\u10ff\u2000\u200d\u2010\u201f\u2032\u2037", 8),
        ("\u1100\u1fff\u200e\u200f\u2020\u2031\u2038\U00010000", 16),
        ("Привет שלום สวัสดี", 18),
        ("日本語", 6),
        ("“quoted” – it’s…", 17),
    ],
)
def test_code_points_weigh_one_or_two_by_their_range(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize(
    "emoji",
    [
        "😀",
        "☺",
        "☺️",
        "⌚",
        "👍🏽",
        "☝🏿",
        "✌️",
        "👨‍👩‍👧‍👦",
        "👩🏽‍❤️‍💋‍👨🏿",
        "❤️‍🔥",
        "👩‍❤‍👨",
        "🏳️‍🌈",
        "🏴‍☠️",
        "🇮🇪",
        "🏴󠁧󠁢󠁷󠁬󠁳󠁿",
        "1️⃣",
        "#⃣",
        "©️",
        "🀄",
        "🫠",
    ],
)
def test_an_emoji_weighs_two_however_it_is_composed(emoji: str) -> None:
    assert weighted_length(emoji) == 2
    assert weighted_length(f"a{emoji}{emoji}b") == 6


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("©®™", 4),
        ("12#*", 4),
        ("🇮", 2),
        ("🇮🇪🇫", 4),
        ("🔥🏽", 4),
        ("😀\u200d", 3),
    ],
)
def test_parts_of_emoji_and_text_symbols_weigh_as_code_points(text: str, length: int) -> None:
    assert weighted_length(text) == length


def test_a_chain_of_joined_pictures_grows_with_every_four() -> None:
    assert weighted_length("\u200d".join(["👨"] * 400)) == 100 * 2 + 99


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("example.com", 23),
        ("https://chirp.example/" + "a" * 300, 23),
        ("見てhttps://chirp.example/ほら", 4 + 23 + 4),
        ("a https://chirp.example b example.com.", 2 + 23 + 3 + 23 + 1),
        ("http://" + "a" * 64 + ".com", 75),
    ],
)
def test_a_url_weighs_23_whatever_its_length(text: str, length: int) -> None:
    assert weighted_length(text) == length


@given(st.lists(st.sampled_from(["a", "é", "字", "😀", "👍🏽", "🇮🇪", "https://chirp.example/x"]), max_size=12))
def test_lengths_add_up_over_words(words: list[str]) -> None:
    assert weighted_length(" ".join(words)) == sum(map(weighted_length, words)) + max(len(words) - 1, 0)
