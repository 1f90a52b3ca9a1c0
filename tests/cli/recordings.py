"""Recordings for tests to play."""

from __future__ import annotations

import csv
from pathlib import Path

from cli.replaying.recording import Recording, read


def recording_of(path: Path, rows: list[tuple[str, str]]) -> Recording:
    """(screen name, text) pairs, a second apart."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["created_at", "screen_name", "text"])
        for second, (screen_name, said) in enumerate(rows):
            writer.writerow([f"2017-08-27 00:{second // 60:02}:{second % 60:02}", screen_name, said])
    return read(path)
