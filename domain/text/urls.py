"""URLs in tweet text, with and without a protocol.

A URL starts where twitter-text 3 lets it start (not after a letter, a digit, `@`, `#` or `$`; without a protocol
also not after `-`, `_`, `.` or `/`), loses its trailing punctuation, and keeps balanced parentheses, one level
nested. Where this differs from twitter-text, which has the whole root zone of 2021 built in:

- With a protocol any TLD of two or more letters, or punycode, is accepted, the last one in the host. After a TLD
  that ends within its label (`http://example.comを見て`) only a listed one is.
- Without a protocol the TLD must be in `TOP_LEVEL_DOMAINS` or be punycode: rare generic names and TLDs in other
  scripts are not recognised.
- `"` and the backtick end a host.

Every pattern is possessive over disjoint classes, and the search goes on where the last URL ended or, once, inside the
last host: the time is linear in the text.
"""

from __future__ import annotations

import re
from itertools import pairwise

import msgspec
import regex

from domain.text.characters import ACCENTED_LATIN, DIRECTIONAL_MARKS, NOT_CHARACTERS, PUNCTUATION, SPACES
from domain.text.tlds import TOP_LEVEL_DOMAINS

MAX_URL_LENGTH = 4096
MAX_LABEL_LENGTH = 63
MAX_TCO_SLUG_LENGTH = 40

_HOST = rf"(?:[_-]|[^{PUNCTUATION}{SPACES}{NOT_CHARACTERS}{DIRECTIONAL_MARKS}\"`])"
_BARE_HOST = rf"[A-Za-z0-9_\-{ACCENTED_LATIN}]"
_START = re.compile(
    rf"(?<![A-Za-z0-9@＠$#＃{NOT_CHARACTERS}])([Hh][Tt][Tt][Pp][Ss]?://)({_HOST}++(?:\.{_HOST}++)*+)"
    rf"|(?<![A-Za-z0-9@＠$#＃_\-./{NOT_CHARACTERS}{ACCENTED_LATIN}])({_BARE_HOST}++(?:\.{_BARE_HOST}++)++)(?!://)"
)
_LATIN_TLD = regex.compile(r"(?:xn--[-0-9A-Za-z]++|[A-Za-z]{2,63}+)(?![0-9A-Za-z@+-])")
_OTHER_TLD = regex.compile(r"[[\p{L}\p{M}]--[A-Za-z]]{2,63}+(?![0-9A-Za-z@+-])", regex.V1)

_PATH_CHARACTER = rf"[A-Za-z0-9\u0400-\u04ff!*';:=+,.$/%#\[\]\-\u2013_~@|&{ACCENTED_LATIN}]"
_IN_PARENTHESES = (
    rf"\((?:{_PATH_CHARACTER}++(?:\({_PATH_CHARACTER}++\){_PATH_CHARACTER}*+)?"
    rf"|\({_PATH_CHARACTER}++\){_PATH_CHARACTER}*+)\)"
)
_PORT = re.compile(r":[0-9]++")
_PATH = re.compile(rf"/(?:{_PATH_CHARACTER}++|{_IN_PARENTHESES})*+")
_NOT_LAST_IN_PATH = "!*';:,.$%[]\u2013~@|&"
_QUERY = re.compile(r"\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*+")
_NOT_LAST_IN_QUERY = "!?*'@();:+$%[].,~|"
_TCO_SLUG = re.compile(r"/([A-Za-z0-9]++)")


class Url(msgspec.Struct, frozen=True, tag_field="kind", tag="url"):
    """`url` is what stands at `start`:`end`; it has a protocol only if the author wrote one."""

    start: int
    end: int
    url: str


def urls_in(text: str) -> list[Url]:
    """In order, never overlapping; indices are code points of `text`, which is taken as NFC."""
    found: list[Url] = []
    if "." not in text:
        return found
    position = 0
    while match := _START.search(text, position):
        protocol: str | None = match[1]
        host_start = match.end(1) if protocol else match.start()
        host_end = _domain_end(text, host_start, match.end(), any_tld=bool(protocol))
        if host_end is None:
            position = host_start if protocol else match.end()
            continue
        host = text[host_start:host_end]
        position = end = _url_end(text, host_end)
        if protocol and host.lower() == "t.co" and (slug := _TCO_SLUG.match(text, host_end)):
            if len(slug[1]) > MAX_TCO_SLUG_LENGTH:
                continue
            position = end = _query_end(text, slug.end())
        ascii_length = _ascii_length(host)
        if ascii_length is None:
            continue
        if len(protocol or "https://") + ascii_length + end - host_end <= MAX_URL_LENGTH:
            found.append(Url(match.start(), end, text[match.start() : end]))
    return found


def _domain_end(text: str, start: int, end: int, *, any_tld: bool) -> int | None:
    """Where the longest domain that begins the host `text[start:end]` ends; None when there is none."""
    domain_end = None
    unlisted_may_follow = any_tld
    label_end = start - 1
    for label, next_label in pairwise(text[start:end].split(".")):
        if label[0] in "-_" or label[-1] in "-_":
            break
        label_end += len(label) + 1
        if "_" in label:
            continue
        tld_start = label_end + 1
        if tld := _LATIN_TLD.match(text, tld_start):
            name = tld[0].lower()
            if name not in TOP_LEVEL_DOMAINS and not name.startswith("xn--"):
                tld = tld if unlisted_may_follow and not text.startswith(("_", "://"), tld.end()) else None
        elif unlisted_may_follow:
            tld = _OTHER_TLD.match(text, tld_start)
        if tld:
            domain_end = tld.end()
            unlisted_may_follow = any_tld and domain_end == tld_start + len(next_label)
    return domain_end


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


def _ascii_length(host: str) -> int | None:
    """The length of the host as DNS would see it; None when a label is too long or half encoded."""
    length = host.count(".")
    for label in host.split("."):
        if label.isascii():
            label_length = len(label)
        elif len(label) > MAX_LABEL_LENGTH or label.lower().startswith("xn--"):
            return None
        else:
            label_length = len("xn--") + len(label.encode("punycode"))
        if label_length > MAX_LABEL_LENGTH:
            return None
        length += label_length
    return length
