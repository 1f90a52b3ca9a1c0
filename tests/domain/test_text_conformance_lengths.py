"""The categories of twitter-text's suite on the length of a tweet, with cases of our own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ValidationFailed
from domain.text import weighted_length
from domain.tweets import checked_text

TWEETS = {
    "a sentence": ("Ann boxes on Sunday.", True),
    "280 Latin letters": ("x" * 280, True),
    "281 Latin letters": ("x" * 281, False),
    "280 accented letters": ("é" * 280, True),
    "280 decomposed letters": ("e\u0301" * 280, True),
    "140 kana": ("の" * 140, True),
    "141 kana": ("の" * 141, False),
    "140 emoji": ("🥊" * 140, True),
    "141 families": ("👨‍👩‍👧‍👦" * 141, False),
    "twelve long URLs": (f"https://example.com/{'a' * 100} " * 11 + "example.com", False),
    "eleven long URLs": (f"https://example.com/{'a' * 100} " * 11, True),
    "nothing": ("", False),
    "white space": (" \n\u3000", False),
    "an invalid character": ("a\uffffb", False),
}


@pytest.mark.parametrize(("text", "is_valid"), TWEETS.values(), ids=TWEETS)
def test_tweets(text: str, is_valid: bool) -> None:
    if is_valid:
        assert checked_text(text).text
    else:
        with pytest.raises(ValidationFailed):
            checked_text(text)


WEIGHTED = {
    "nothing": ("", 0),
    "a line": ("Hello, world!\n", 14),
    "accents": ("Ünïcödé", 7),
    "composed before counting": ("e\u0301", 1),
    "the edges of the light ranges": ("\u0000\u10ff\u2000\u200d\u2010\u201f\u2032\u2037", 8),
    "behind those edges": ("\u1100\u1fff\u200e\u200f\u2020\u2031\u2038\U00010000", 16),
    "Cyrillic, Hebrew, Thai": ("Привет שלום สวัสดี", 18),
    "Arabic and Persian": ("سلام می\u200cخواهم", 13),
    "Hindi": ("नमस्ते", 6),
    "Chinese, Japanese, Korean": ("日本語カナ한국", 14),
    "half-width kana": ("ｶﾅ", 4),
    "Hangul composed before counting": ("\u1112\u1161\u11ab", 2),
    "typographic punctuation": ("“quoted” – it’s…", 17),
    "a URL": ("see http://example.com", 4 + 23),
    "a URL shorter than 23": ("example.com", 23),
    "a URL longer than 23": (f"https://example.com/{'a' * 300}", 23),
    "between Japanese": ("見てhttps://example.com/ほら", 4 + 23 + 4),
    "two URLs": ("a https://example.com b example.org.", 2 + 23 + 3 + 23 + 1),
    "ten URLs": ("https://example.com/aloha " * 10, 240),
    "no URL": (f"http://{'a' * 64}.com", 75),
    "a query without a path": ("example.com?q=1", 23 + 4),
}


@pytest.mark.parametrize(("text", "length"), WEIGHTED.values(), ids=WEIGHTED)
def test_weighted_tweets_counter(text: str, length: int) -> None:
    assert weighted_length(text) == length


EMOJI = {
    "a face": "😀",
    "of the first plane": "☺",
    "with its selector": "☺️",
    "with emoji presentation": "⌚",
    "a tone": "👍🏽",
    "a tone in the first plane": "☝🏿",
    "a selector and a tone": "✌️",
    "a family": "👨‍👩‍👧‍👦",
    "a kiss with tones": "👩🏽‍❤️‍💋‍👨🏿",
    "a heart on fire": "❤️‍🔥",
    "a couple without selector": "👩‍❤‍👨",
    "a profession": "👩🏾‍🚒",
    "a gender": "🏄🏻‍♀️",
    "the rainbow": "🏳️‍🌈",
    "the pirates": "🏴‍☠️",
    "a flag": "🇮🇪",
    "the flag of Wales": "🏴󠁧󠁢󠁷󠁬󠁳󠁿",
    "a keycap": "1️⃣",
    "a keycap without selector": "#⃣",
    "copyright as an emoji": "©️",
    "a tile": "🀄",
    "of Unicode 14": "🫠",
}


@pytest.mark.parametrize("emoji", EMOJI.values(), ids=EMOJI)
def test_weighted_tweets_with_discounted_emoji_counter(emoji: str) -> None:
    assert weighted_length(emoji) == 2
    assert weighted_length(f"a{emoji}{emoji}b") == 6
    assert weighted_length(f"@ann{emoji}#box{emoji} {emoji}example.com") == 8 + 3 * 2 + 1 + 23


NOT_DISCOUNTED = {
    "text symbols": ("©®™", 4),
    "keys": ("12#*", 4),
    "half a flag": ("🇮", 2),
    "a flag and a half": ("🇮🇪🇫", 4),
    "a tone for what has none": ("🔥🏽", 4),
    "a joiner at the end": ("😀\u200d", 3),
    "400 joined pictures": ("\u200d".join(["👨"] * 400), 100 * 2 + 99),
}


@pytest.mark.parametrize(("text", "length"), NOT_DISCOUNTED.values(), ids=NOT_DISCOUNTED)
def test_parts_of_emoji_weigh_as_code_points(text: str, length: int) -> None:
    assert weighted_length(text) == length


DIRECTIONAL = {
    "marks weigh 2": ("a\u200e\u200f\u061cb", 2 + 4 + 1),
    "embeddings weigh 2": ("\u202aab\u202c", 6),
    "around a URL": ("\u2066\u202ahttps://مثال.مصر/\u202c\u2069", 23 + 8),
}


@pytest.mark.parametrize(("text", "length"), DIRECTIONAL.values(), ids=DIRECTIONAL)
def test_unicode_directional_marker_counter(text: str, length: int) -> None:
    assert weighted_length(text) == length
    assert checked_text(text).weighted_length == length


@given(st.lists(st.sampled_from(["a", "é", "字", "😀", "👍🏽", "🇮🇪", "https://example.com/x"]), max_size=12))
def test_lengths_add_up_over_words(words: list[str]) -> None:
    assert weighted_length(" ".join(words)) == sum(map(weighted_length, words)) + max(len(words) - 1, 0)
