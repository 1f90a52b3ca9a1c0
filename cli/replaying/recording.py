"""A recorded stream: a CSV file of tweets, plain or gzipped."""

from __future__ import annotations

import csv
import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from domain import accounts
from domain.errors import ValidationFailed

COLUMNS = ("created_at", "screen_name", "text")
_REPLACED = range(0xDC80, 0xDD00)
"""What `surrogateescape` puts where a byte is not UTF-8."""


class NotARecording(Exception):
    """The file cannot be read at all; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Recorded:
    line: int
    posted_at: datetime
    author: str
    """A username, in lower case."""
    text: str
    key: str
    """The idempotency key: the same for the same row on the same line, in whatever file."""


@dataclass(frozen=True, slots=True)
class Malformed:
    line: int
    problem: str


@dataclass(slots=True)
class Recording:
    digest: str
    """Names the set of authors; stable for a file, its gzipped copy, and any part of it that is played."""
    tweets: list[Recorded] = field(default_factory=list)
    malformed: list[Malformed] = field(default_factory=list)

    @property
    def authors(self) -> list[str]:
        """In the order of their first tweets."""
        return list(dict.fromkeys(tweet.author for tweet in self.tweets))


def read(path: Path) -> Recording:
    """Every row becomes a tweet or is reported. Raises NotARecording."""
    tweets: list[Recorded] = []
    malformed: list[Malformed] = []
    try:
        for row in _rows(path):
            (tweets if isinstance(row, Recorded) else malformed).append(row)  # type: ignore[arg-type]
    except (OSError, EOFError, zlib.error) as error:
        raise NotARecording(f"{path} cannot be read: {error}") from error
    digest = hashlib.sha256("\n".join(sorted({tweet.author for tweet in tweets})).encode()).hexdigest()
    return Recording(digest, tweets, malformed)


def _rows(path: Path) -> Iterator[Recorded | Malformed]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = next(reader, [])
        missing = [column for column in COLUMNS if column not in header]
        if missing:
            raise NotARecording(f"{path} has no column {missing[0]}; its first line must name {', '.join(COLUMNS)}")
        while True:
            line = reader.line_num + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Malformed(line, str(error))
                continue
            if fields:
                yield _row(line, header, fields)


def _row(line: int, header: list[str], fields: list[str]) -> Recorded | Malformed:
    if len(fields) != len(header):
        return Malformed(line, f"{len(fields)} fields, not {len(header)}")
    written_at, screen_name, text = (fields[header.index(column)] for column in COLUMNS)
    if any(ord(character) in _REPLACED for field in fields for character in field):
        return Malformed(line, "not UTF-8")
    try:
        posted_at = datetime.fromisoformat(written_at)
    except ValueError:
        return Malformed(line, f"'{written_at[:40]}' is not a time")
    if not screen_name.strip():
        return Malformed(line, "no screen_name")
    return Recorded(
        line=line,
        posted_at=posted_at if posted_at.tzinfo else posted_at.replace(tzinfo=UTC),
        author=username(screen_name.strip()),
        text=text,
        key="replay-" + hashlib.sha256("\0".join((str(line), written_at, screen_name, text)).encode()).hexdigest()[:40],
    )


def username(screen_name: str) -> str:
    """The screen name where it can be a username, else one made from it: names that differ stay different."""
    name = screen_name.lower()
    try:
        return accounts.checked_username(name)
    except ValidationFailed:
        kept = "".join(character for character in name if character.isascii() and character.isalnum())
        return f"{kept[:11]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
