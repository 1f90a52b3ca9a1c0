"""Reading what ./chirp replay plays."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from cli.replaying.recording import Malformed, NotARecording, read, username
from domain.accounts import checked_username
from tests.cli.recordings import recording_of

HEADER = b"created_at,screen_name,text\n"


def test_rows_that_are_not_tweets_are_reported_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "tweets.csv"
    file.write_bytes(
        HEADER
        + b"2017-08-27 00:00:01,ann,first\n"
        + b"2017-08-27 00:00:02,ann\n"
        + b"yesterday,ann,no time\n"
        + b'2017-08-27 00:00:03,bob,"two\nlines"\n'
        + b"2017-08-27 00:00:04,bob,\xff\xfe\n"
        + b"\n"
        + b'2017-08-27 00:00:05,bob,"quoted" and more\n'
        + b"2017-08-27 00:00:06,,nobody\n"
        + b"2017-08-27 00:00:07,cat,"
        + b"x" * 200_000
        + b"\n2017-08-27T00:00:08+02:00,cat,last\n"
    )
    found = read(file)
    assert [(tweet.line, tweet.author, tweet.text) for tweet in found.tweets] == [
        (2, "ann", "first"),
        (5, "bob", "two\nlines"),
        (12, "cat", "last"),
    ]
    assert [tweet.posted_at.isoformat() for tweet in found.tweets][1:] == [
        "2017-08-27T00:00:03+00:00",
        "2017-08-27T00:00:08+02:00",
    ]
    assert found.malformed == [
        Malformed(3, "2 fields, not 3"),
        Malformed(4, "'yesterday' is not a time"),
        Malformed(7, "not UTF-8"),
        Malformed(9, "',' expected after '\"'"),
        Malformed(10, "no screen_name"),
        Malformed(11, "field larger than field limit (131072)"),
    ]


def test_a_gzipped_copy_has_the_same_keys_and_equal_rows_have_different_ones(tmp_path: Path) -> None:
    plain = recording_of(tmp_path / "tweets.csv", [("ann", "hi"), ("ann", "hi"), ("bob", "hi")])
    (tmp_path / "copy.csv.gz").write_bytes(gzip.compress((tmp_path / "tweets.csv").read_bytes()))
    assert read(tmp_path / "copy.csv.gz") == plain
    assert len({tweet.key for tweet in plain.tweets}) == 3
    assert all(len(tweet.key) <= 100 and tweet.key.isascii() for tweet in plain.tweets)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", b"", "has no column created_at"),
        ("a.csv", b"created_at,text\n", "has no column screen_name"),
        ("a.csv.gz", b"not gzip at all", "cannot be read: Not a gzipped file"),
        ("a.csv.gz", gzip.compress(HEADER + b"x" * 9999, mtime=0)[:-9], "cannot be read: Compressed file ended"),
    ],
)
def test_a_file_that_is_no_recording_is_refused(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NotARecording, match=problem):
        read(tmp_path / name)


def test_screen_names_become_usernames_that_stay_different() -> None:
    assert username("Fan_00001") == "fan_00001"
    made = [username(name) for name in ("admin", "José", "Jose!", "田中", "a" * 21, "a" * 22)]
    assert len(set(made)) == 6
    assert [checked_username(name) for name in made] == made
    assert username("JOSÉ") == username("José")
