"""URLs in tweet text, with and without a protocol, as twitter-text 3 finds them.

A URL starts where the text starts or after a character that is no letter A-Z, no digit and none of `@ # $`; without a
protocol also not after `-`, `_`, `.` or `/`. Its host is the longest that ends in a listed top-level domain; without a
protocol only labels of Latin letters, digits and hyphens count. It loses its trailing punctuation and keeps balanced
parentheses, one level nested. What would be a URL in another place is passed over whole, with its path.

Where twitter-text's expressions contradict themselves, this does not follow: an accented letter that starts the text
belongs to the host, two equal hosts in a row are found where they stand, parentheses may follow punctuation.

Runs of host characters are disjoint, every pattern is possessive over disjoint classes, and the search goes on where
the last URL ended: the time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import regex

from domain.text.characters import ACCENTED_LATIN, DIRECTIONAL_MARKS, NOT_CHARACTERS, PUNCTUATION, SPACES
from domain.text.spans import Span
from domain.text.tlds import TOP_LEVEL_DOMAINS

MAX_URL_LENGTH = 4096
MAX_LABEL_LENGTH = 63
MAX_TCO_SLUG_LENGTH = 40

_LETTER = rf"[^{PUNCTUATION}{SPACES}{NOT_CHARACTERS}{DIRECTIONAL_MARKS}]"
_LABEL = rf"(?:[_-]|{_LETTER})++"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*+")
_NOT_AFTER = rf"(?<![A-Za-z0-9@＠$#＃{NOT_CHARACTERS}])"
_PROTOCOL = regex.compile(rf"(?<={_NOT_AFTER}([Hh][Tt][Tt][Pp][Ss]?://))")
_BARE_START = re.compile(_NOT_AFTER + _LETTER)
_NO_BARE_URL_AFTER = ("-", "_", ".", "/")
_LATIN_LABEL = rf"[A-Za-z0-9\-{ACCENTED_LATIN}]"
_LATIN_LABELS = re.compile(rf"(?<!{_LATIN_LABEL}){_LATIN_LABEL}++\.(?:{_LATIN_LABEL}++\.)*+")
_LATIN_TLD = re.compile(r"[Xx][Nn]--[0-9A-Za-z-]++|[A-Za-z]{2,63}+(?![0-9A-Za-z@+-])")
_OTHER_TLD = regex.compile(
    r"\L<names>(?![0-9A-Za-z@+-])", regex.IGNORECASE, names=[name for name in TOP_LEVEL_DOMAINS if not name.isascii()]
)

_PATH_CHARACTER = rf"[A-Za-z0-9\u0400-\u04ff!*';:=+,.$/%#\[\]\-\u2013_~@|&{ACCENTED_LATIN}]"
_IN_PARENTHESES = (
    rf"\((?:{_PATH_CHARACTER}++(?:\({_PATH_CHARACTER}++\){_PATH_CHARACTER}*+)?"
    rf"|\({_PATH_CHARACTER}++\){_PATH_CHARACTER}*+)\)"
)
_PORT = re.compile(r":[0-9]++")
_PATH_FOLLOWS = re.compile(r"(?::[0-9]++)?+/")
_PATH = re.compile(rf"/(?:{_PATH_CHARACTER}++|{_IN_PARENTHESES})*+")
_NOT_LAST_IN_PATH = "!*';:,.$%[]\u2013~@|&"
_QUERY = re.compile(r"\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*+")
_NOT_LAST_IN_QUERY = "!?*'@();:+$%[].,~|"
_TCO_SLUG = re.compile(r"/([A-Za-z0-9]++)")


class Url(Span, frozen=True, tag_field="kind", tag="url"):
    """`url` is what stands at `start`:`end`; it has a protocol only if the author wrote one."""

    url: str


def urls_in(text: str, utf16: Sequence[int]) -> list[Url]:
    """In order, never overlapping."""
    return [Url(start, end, utf16[start], utf16[end], text[start:end]) for start, end in url_spans_in(text)]


def url_spans_in(text: str) -> Iterator[tuple[int, int]]:
    """`start` and `end` of each URL in the NFC text, in code points."""
    position = 0 if "." in text else len(text)
    while run := _HOST.search(text, position):
        start, run_end = run.span()
        protocol = _PROTOCOL.match(text, start)
        bare = None if protocol else _BARE_START.search(text, start, max(text.find(".", start, run_end), start))
        if bare:
            start = bare.start()
        host_end = _host_end(text, start, run_end) if protocol or bare else None
        if host_end and protocol:
            yield from _with_protocol(text, protocol.start(1), start, host_end)
        elif host_end and not text.endswith(_NO_BARE_URL_AFTER, 0, start):
            yield from _without_protocol(text, start, host_end)
        if host_end == run_end or _ends_in_a_host(text, run.start(), run_end):
            position = _url_end(text, run_end) + 1
        else:
            position = run_end


def _with_protocol(text: str, start: int, host_start: int, host_end: int) -> Iterator[tuple[int, int]]:
    host = text[host_start:host_end]
    end = _url_end(text, host_end)
    if host.lower() == "t.co" and (slug := _TCO_SLUG.match(text, host_end)):
        if len(slug[1]) > MAX_TCO_SLUG_LENGTH:
            return
        end = _query_end(text, slug.end())
    if _is_short_enough(host, host_start - start + end - host_end):
        yield start, end


def _without_protocol(text: str, start: int, host_end: int) -> Iterator[tuple[int, int]]:
    """The Latin hosts within a host of any script; the path belongs to the one that ends the host."""
    host = text[start:host_end]
    end = _url_end(text, host_end) if _PATH_FOLLOWS.match(text, host_end) else host_end
    if not _is_short_enough(host, len("https://") + end - host_end):
        return
    for labels in _LATIN_LABELS.finditer(host):
        dots = (dot for dot in range(labels.end() - 1, labels.start(), -1) if host[dot] == ".")
        latin_end = next(filter(None, (_top_level_domain_end(host, dot + 1) for dot in dots)), None)
        if latin_end:
            yield start + labels.start(), end if latin_end == len(host) else start + latin_end


def _ends_in_a_host(text: str, start: int, end: int) -> bool:
    """Whether a host that starts behind `-`, `_` or `.` ends the run."""
    last_dot = text.rfind(".", start, end)
    if last_dot <= start or text[last_dot - 1] in "-_" or _top_level_domain_end(text, last_dot + 1) != end:
        return False
    return text.find(".", start, last_dot) >= 0 or _BARE_START.search(text, start, last_dot) is not None


def _host_end(text: str, start: int, run_end: int) -> int | None:
    """Where the longest host that begins the run ends; None when there is none."""
    host_end = None
    dot = text.find(".", start, run_end)
    while dot >= 0 and text[start] not in "-_" and text[dot - 1] not in "-_":
        if text.find("_", start, dot) < 0:
            host_end = _top_level_domain_end(text, dot + 1) or host_end
        start, dot = dot + 1, text.find(".", dot + 1, run_end)
    return host_end


def _top_level_domain_end(text: str, start: int) -> int | None:
    latin = _LATIN_TLD.match(text, start)
    if latin and (latin[0].lower() in TOP_LEVEL_DOMAINS or "-" in latin[0]):
        return latin.end()
    other = _OTHER_TLD.match(text, start)
    return other.end() if other else None


def _url_end(text: str, host_end: int) -> int:
    end = host_end
    if port := _PORT.match(text, end):
        end = port.end()
    if path := _PATH.match(text, end):
        end += len(path[0].rstrip(_NOT_LAST_IN_PATH))
    return _query_end(text, end)


def _query_end(text: str, start: int) -> int:
    query = _QUERY.match(text, start)
    return start + len(query[0].rstrip(_NOT_LAST_IN_QUERY)) if query else start


def _is_short_enough(host: str, rest: int) -> bool:
    """Whether DNS could hold the host, and the URL with `rest` more characters is not too long."""
    length = host.count(".")
    for label in host.split("."):
        if label.isascii():
            label_length = len(label)
        elif len(label) > MAX_LABEL_LENGTH or label.lower().startswith("xn--"):
            return False
        else:
            label_length = len("xn--") + len(label.encode("punycode"))
        if label_length > MAX_LABEL_LENGTH:
            return False
        length += label_length
    return length + rest <= MAX_URL_LENGTH
