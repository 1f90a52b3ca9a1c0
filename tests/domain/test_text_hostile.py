"""Texts of 100,000 characters made to cost. At quadratic cost each takes minutes, so a regression shows as a test
that does not end; at linear cost the whole file takes seconds."""

import pytest

from domain.text import entities_in, hashtag_key, is_url, normalised, weighted_length

SIZE = 100_000
UNITS_WITHOUT_ENTITIES = [
    "@",
    "#",
    "$",
    "a.",
    "(((",
    "é",
    "字",
    "\u0301",
    "\u0301\u0316",
    "\u0f73",
    "\uff9e\u0301",
    "1",
    "#1",
    "##a",
    "@@a",
    "$A.",
    "a-",
    "_.",
    "http://",
    "http://a",
    "http://字.",
    "https://a.b",
    "字-.",
    "pho.",
    "a.com字",
    "a.みんな",
    "字.a-.",
    "xn--",
    "👨\u200d",
    "🏴\U000e0061",
    "\U0001f3fd",
    "🇮",
    "\u3164",
    "\ud800",
]


@pytest.mark.parametrize("before", ["", "http://"])
@pytest.mark.parametrize("unit", UNITS_WITHOUT_ENTITIES)
def test_repetition_makes_no_more_entities_and_ends(unit: str, before: str) -> None:
    text = normalised(before + unit * (SIZE // len(unit)))
    assert len(entities_in(text)) <= 1
    assert weighted_length(text) >= SIZE / 4


@pytest.mark.parametrize(
    "unit",
    [
        "a.com/(",
        "a.com/(a!",
        "a.co/(a(a)",
        " a.com?!",
        "字a.co/!",
        "http://a.com字.zz",
        "a.com字-.",
        "http://a.com字-.",
        " http://a.com字-.みんな/(",
        " @ab",
        " @ab/c",
        "😀 @ab",
        " #a",
        " $A",
    ],
)
def test_many_entities_end(unit: str) -> None:
    assert entities_in(unit * (SIZE // len(unit)))


@pytest.mark.parametrize("unit", ["\u0f73", "\uff9e\u0301", "ﷺ", "\u200d", "İ"])
def test_the_key_of_a_monstrous_tag_ends(unit: str) -> None:
    key = hashtag_key(unit * (SIZE // 10))
    assert hashtag_key(key) == key


@pytest.mark.parametrize("unit", ["a", "a.", "a-", "%20", "a:", "[", "é.", "a_.", "/", "?#"])
def test_a_monstrous_url_ends(unit: str) -> None:
    assert not is_url("http://" + unit * (SIZE // len(unit)) + " ")
