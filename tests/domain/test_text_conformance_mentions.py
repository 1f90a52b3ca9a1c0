"""The categories of twitter-text's suite on mentions and lists, with cases of our own."""

import pytest

from domain.text import Mention, entities_in


def mentions(text: str) -> list[Mention]:
    return [entity for entity in entities_in(text) if isinstance(entity, Mention)]


MENTIONS = {
    "at the start": ("@ann are you there?", ["ann"]),
    "in the middle": ("ask @bob about it", ["bob"]),
    "at the end": ("said by @cat", ["cat"]),
    "several": ("@ann @bob\n@cat", ["ann", "bob", "cat"]),
    "twice the same": ("@ann and @ann", ["ann", "ann"]),
    "case is kept": ("@AnN", ["AnN"]),
    "digits and underscores": ("@007 @_ @bob_2", ["007", "_", "bob_2"]),
    "full-width sign": ("＠ann", ["ann"]),
    "in brackets and quotes": ("(@ann) “@bob” [@cat]", ["ann", "bob", "cat"]),
    "before punctuation": ("@ann: @bob, @cat.", ["ann", "bob", "cat"]),
    "possessive": ("@ann's", ["ann"]),
    "after a full stop": ("Done.@ann", ["ann"]),
    "after a hyphen": ("by-@ann", ["ann"]),
    "before a hyphen": ("@ann-bob", ["ann"]),
    "between Japanese letters": ("猫@annさん", ["ann"]),
    "after Cyrillic": ("привет@ann", ["ann"]),
    "after Arabic": ("مرحبا@ann", ["ann"]),
    "after Thai": ("ถึง@ann", ["ann"]),
    "after Korean, before a particle": ("안녕@ann님", ["ann"]),
    "after an accented letter": ("café@ann", ["ann"]),
    "before an accented letter": ("@annä @zoë", []),
    "before a combining mark": ("@ann\u0316", []),
    "before a dotless i": ("@al\u0131", []),
    "before Greek": ("@annα", ["ann"]),
    "after an emoji": ("👋@ann 👍🏽@bob ❤️@cat", ["ann", "bob", "cat"]),
    "before an emoji": ("@ann🎉", ["ann"]),
    "a line break ends it": ("@ann\nbob", ["ann"]),
    "twenty characters": ("@abcdefghijklmnopqrst", ["abcdefghijklmnopqrst"]),
    "of a longer name the first twenty": ("@abcdefghijklmnopqrstuvwxyz", ["abcdefghijklmnopqrst"]),
    "old retweets": ("RT@ann rt:@bob RT @cat", ["ann", "bob", "cat"]),
    "a word that ends like one": ("start@ann alert@bob", []),
    "e-mail addresses": ("cat@home.example and Ann_B@home.example", []),
    "federated names": ("@ann@home.example", []),
    "after the signs of other things": ("a!@ann b#@ann c$@ann d%@ann e&@ann f*@ann g@@ann h_@ann", []),
    "a protocol is no name": ("@https://chirp.example @http://", []),
    "in a URL": ("example.com/@ann", []),
    "a sign alone": ("@ @-ann @ ann @", []),
    "after a directional mark": ("\u200f@ann \u2067@bob\u2069", ["ann", "bob"]),
}


@pytest.mark.parametrize(("text", "usernames"), MENTIONS.values(), ids=MENTIONS)
def test_mentions(text: str, usernames: list[str]) -> None:
    assert [mention.username for mention in mentions(text)] == usernames


WITH_INDICES = {
    "at the start": ("@ann hi", [(0, 4, 0, 4)]),
    "full-width sign": ("hi ＠ann!", [(3, 7, 3, 7)]),
    "three": ("@ann@ @bob, @cat", [(6, 10, 6, 10), (12, 16, 12, 16)]),
    "after an emoji": ("🥊@ann", [(1, 5, 2, 6)]),
    "after a family and a flag": ("👨‍👩‍👧🇮🇪 @ann", [(8, 12, 13, 17)]),
    "after letters beyond the first plane": ("𝒜𠀀 @ann 𐐀@bob", [(3, 7, 5, 9), (9, 13, 12, 16)]),
    "after a decomposed letter": ("e\u0301 @ann", [(2, 6, 2, 6)]),
}


@pytest.mark.parametrize(("text", "indices"), WITH_INDICES.values(), ids=WITH_INDICES)
def test_mentions_with_indices(text: str, indices: list[tuple[int, int, int, int]]) -> None:
    assert [(found.start, found.end, found.start_utf16, found.end_utf16) for found in mentions(text)] == indices


MENTIONS_OR_LISTS = {
    "a name": ("@ann!", [Mention(0, 4, 0, 4, "ann", None)]),
    "a list": ("@ann/boxers!", [Mention(0, 11, 0, 11, "ann", "boxers")]),
    "both": ("@ann on @bob/a-1_b", [Mention(0, 4, 0, 4, "ann", None), Mention(8, 18, 8, 18, "bob", "a-1_b")]),
    "after an emoji": ("🥊@ann/boxers", [Mention(1, 12, 2, 13, "ann", "boxers")]),
    "between Japanese letters": ("この@ann/boxersを見て", [Mention(2, 13, 2, 13, "ann", "boxers")]),
    "full-width sign": ("＠ann/a", [Mention(0, 6, 0, 6, "ann", "a")]),
    "a digit starts no list": ("@ann/2nd", [Mention(0, 4, 0, 4, "ann", None)]),
    "an underscore starts no list": ("@ann/_x", [Mention(0, 4, 0, 4, "ann", None)]),
    "a slash alone": ("@ann/ x", [Mention(0, 4, 0, 4, "ann", None)]),
    "a second slash": ("@ann/a/b", [Mention(0, 6, 0, 6, "ann", "a")]),
    "of a longer list the first 25": (
        "@ann/abcdefghijklmnopqrstuvwxyz",
        [Mention(0, 30, 0, 30, "ann", "abcdefghijklmnopqrstuvwxy")],
    ),
    "before an accented letter": ("@ann/champi\u00f3n", []),
    "before a sign": ("@ann/a@b", []),
    "before a protocol": ("@ann/http://example.com", []),
}


@pytest.mark.parametrize(("text", "found"), MENTIONS_OR_LISTS.values(), ids=MENTIONS_OR_LISTS)
def test_mentions_or_lists_with_indices(text: str, found: list[Mention]) -> None:
    assert mentions(text) == found


REPLIES = {
    "at the start": ("@ann yes", "ann"),
    "after spaces": (" \u3000\n@ann yes", "ann"),
    "only the first": ("@ann @bob yes", "ann"),
    "full-width sign": ("＠ann はい", "ann"),
    "directly before Japanese": ("@annはい", "ann"),
    "after a word": ("yes @ann", None),
    "after a full stop": (".@ann", None),
    "after a hashtag": ("#yes @ann", None),
    "an e-mail address": ("@ann@home.example", None),
    "a protocol": ("@http://example.com", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("text", "username"), REPLIES.values(), ids=REPLIES)
def test_replies_start_with_a_mention(text: str, username: str | None) -> None:
    replied_to = [mention.username for mention in mentions(text)[:1] if not text[: mention.start].strip()]
    assert replied_to == ([] if username is None else [username])


WHOLE = {
    "a name": ("@ann", True, False),
    "digits": ("@123", True, False),
    "a hyphen": ("@ann-b", False, False),
    "no sign": ("ann", False, False),
    "21 characters": ("@abcdefghijklmnopqrstu", False, False),
    "white space around": (" @ann ", False, False),
    "a list": ("@ann/boxers", False, True),
    "a list of 26 characters": ("@ann/abcdefghijklmnopqrstuvwxyz", False, False),
    "white space before a list": (" @ann/boxers", False, False),
    "white space behind a list": ("@ann/boxers ", False, False),
    "a slash alone": ("@ann/", False, False),
}


@pytest.mark.parametrize(("text", "is_name", "is_list"), WHOLE.values(), ids=WHOLE)
def test_usernames_and_lists(text: str, is_name: bool, is_list: bool) -> None:
    whole = [mention.list_slug for mention in mentions(text) if (mention.start, mention.end) == (0, len(text))]
    assert (whole == [None], whole != [] and whole != [None]) == (is_name, is_list)
