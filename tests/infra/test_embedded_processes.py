"""How single processes of the embedded servers are ended and read."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from infra.embedded.processes import last_words, spawn, stop


def test_a_process_that_ignores_every_signal_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    process = spawn([sys.executable, "-c", code], death_signal=signal.SIGKILL, env={}, cwd=tmp_path, log=log)
    while not log.read_text():
        assert process.poll() is None
    stop(process, [(signal.SIGTERM, 0.1)])
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("", "it said nothing"),
        ("one\ntwo\n\n", "two"),
        ("12:00 FATAL:  could not bind\n12:00 LOG:  shut down\n", "12:00 FATAL:  could not bind"),
    ],
)
def test_last_words_are_the_fatal_ones(tmp_path: Path, lines: str, words: str) -> None:
    log = tmp_path / "log"
    log.write_text(lines)
    assert last_words(log) == words
