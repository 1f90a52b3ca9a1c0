"""./chirp with real Pythons and real virtual environments; its requirements are empty, so nothing is downloaded."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SHOW = "import os, sys, cli; print([os.getcwd(), os.path.dirname(os.path.dirname(cli.__file__)), *sys.argv[1:]])\n"


def checkout(folder: Path) -> Path:
    """A project with the real ./chirp and installer, and a cli that shows how it was called."""
    (folder / "cli").mkdir(parents=True)
    (folder / "requirements").mkdir()
    shutil.copy(PROJECT_ROOT / "chirp", folder)
    shutil.copy(PROJECT_ROOT / "cli" / "install.py", folder / "cli")
    (folder / "cli" / "__init__.py").touch()
    (folder / "cli" / "__main__.py").write_text(SHOW)
    (folder / "requirements" / "run.txt").write_text("# nothing\n")
    (folder / "requirements" / "dev.txt").write_text("# nothing for developers\n")
    return folder


def run(
    root: Path, *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [root / "chirp", *arguments],
        cwd=cwd or root,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def path_with(folder: Path, **programs: str) -> str:
    """A PATH with what the script itself needs and `programs`, nothing else."""
    folder.mkdir()
    needed = {name: str(shutil.which(name)) for name in ("sh", "cksum", "dirname", "readlink")}
    for name, target in (needed | programs).items():
        (folder / name).symlink_to(target)
    return str(folder)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = checkout(tmp_path_factory.mktemp("installed") / "a folder with spaces")
    assert run(root).returncode == 0
    return root


def test_the_caller_s_folder_and_arguments_reach_the_command(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "__init__.py").write_text("raise ImportError('the wrong cli')")
    link = tmp_path / "chirp"
    link.symlink_to(installed / "chirp")
    shown = f"{[str(tmp_path), str(installed), 'replay', 'a b.csv', '--x']}\n"
    direct = run(installed, "replay", "a b.csv", "--x", cwd=tmp_path)
    linked = run(tmp_path, "replay", "a b.csv", "--x", cwd=tmp_path)
    assert (direct.returncode, direct.stdout, direct.stderr) == (0, shown, "")
    assert (linked.returncode, linked.stdout, linked.stderr) == (0, shown, "")


def test_test_installs_the_developers_packages_and_a_changed_file_is_installed_again(installed: Path) -> None:
    assert "installing" in run(installed, "test").stderr
    assert run(installed, "test").stderr == ""
    with (installed / "requirements" / "run.txt").open("a") as requirements:
        requirements.write("# changed\n")
    assert "installing" in run(installed).stderr
    assert run(installed, "test").stderr == ""


def test_a_package_that_cannot_be_had_is_told_and_asked_for_again(installed: Path) -> None:
    requirements = installed / "requirements" / "dev.txt"
    requirements.write_text(f"no-such-package-of-chirp==1.0 --hash=sha256:{'0' * 64}\n")
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "1"}
    for _ in range(2):
        failed = run(installed, "test", env=nowhere)
        assert (failed.returncode, failed.stdout) == (1, "")
        assert failed.stderr.splitlines()[-1] == (
            "chirp: the Python packages cannot be downloaded; connect this machine to the network "
            f"(log: {installed}/.venv/install.log)."
        )
    assert "no-such-package-of-chirp" in (installed / ".venv" / "install.log").read_text()


def test_two_starts_at_once_repeat_an_installation_killed_halfway(tmp_path: Path) -> None:
    root = checkout(tmp_path / "project")
    killed = subprocess.Popen([root / "chirp"], stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert killed.stderr is not None
    with killed.stderr:
        assert "making .venv" in killed.stderr.readline()
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    starts = [
        subprocess.Popen([root / "chirp", name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for name in ("one", "two")
    ]
    (one, one_said), (two, two_said) = [start.communicate() for start in starts]
    assert [start.returncode for start in starts] == [0, 0]
    assert one.endswith("'one']\n")
    assert two.endswith("'two']\n")
    waited, installed = sorted([one_said, two_said])
    assert waited == "chirp: another ./chirp is installing; waiting for it.\n"
    assert installed.startswith("chirp: making .venv with Python 3.")


def test_without_a_fitting_python_one_sentence_says_so(tmp_path: Path) -> None:
    old_python = tmp_path / "old"
    old_python.write_text("#!/bin/sh\nexit 1\n")
    old_python.chmod(0o755)
    path = path_with(tmp_path / "bin", python3=str(old_python))
    refused = run(checkout(tmp_path / "project"), env={"PATH": path})
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "chirp: Python 3.11 or newer is needed and was not found; install it first "
        "(Debian, Ubuntu: apt-get install python3 python3-venv).\n"
    )


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    root = checkout(tmp_path / "project")
    (root / ".venv").touch()
    refused = run(root)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"chirp: cannot write in {root}/.venv (File exists); make it writable or put chirp elsewhere.\n"
    )


@pytest.mark.parametrize(
    ("difference", "sentence"),
    [
        (
            "sys.version_info = (3, 13, 0, 'final', 0)",
            (
                "chirp: for Python 3.13 Redis must be compiled, and there is no C compiler with make; install "
                "python3.11 or python3.12, or a compiler (Debian, Ubuntu: apt-get install build-essential)."
            ),
        ),
        (
            "sys.modules['ensurepip'] = None",
            "chirp: this Python has no ensurepip; install it first (apt-get install python{version}-venv).",
        ),
    ],
)
def test_a_machine_that_lacks_something_is_told_what(tmp_path: Path, difference: str, sentence: str) -> None:
    root = checkout(tmp_path / "project")
    installer = root / "cli" / "install.py"
    code = f"import runpy, sys; {difference}; sys.argv[0] = ''; runpy.run_path({str(installer)!r}, run_name='__main__')"
    refused = subprocess.run(
        [sys.executable, "-I", "-c", code, root, "run.txt=1"],
        env={"PATH": path_with(tmp_path / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )
    version = ".".join(map(str, sys.version_info[:2]))
    assert (refused.returncode, refused.stderr.splitlines()[-1]) == (1, sentence.format(version=version))
