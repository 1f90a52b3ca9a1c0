"""The promises of ARCHITECTURE.md that a machine can check."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES: list[str] = PYPROJECT["tool"]["importlinter"]["root_packages"]
NOT_THE_PRODUCT = {"tests", "migrations"}
MAX_LINES = 300

VIOLATIONS = {
    "Imports go down the house": ("stores/likes.py", "import services.tweets"),
    "Workers know nothing of GraphQL": ("workers/relay.py", "import execution.engine"),
    "The domain does no I/O": ("domain/ids.py", "import redis"),
    "The executor knows GraphQL and nothing of Chirp": ("execution/engine.py", "import fastapi"),
    "Declarations and resolvers reach data only through stores": ("resolvers/users.py", "import sqlalchemy"),
    "Resolvers do not know Strawberry": ("resolvers/users.py", "import strawberry"),
    "Only the app knows FastAPI": ("services/follows.py", "import fastapi"),
    "arq is imported in two files": ("stores/outbox.py", "import arq"),
}


def python_files() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "node_modules" not in path.parts]


def test_the_packages_are_the_folders_on_disk() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - NOT_THE_PRODUCT
    assert folders == set(PACKAGES)
    assert set(PYPROJECT["tool"]["mypy"]["packages"]) == folders


def test_no_module_grows_for_ever() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in python_files()}
    assert {path: lines for path, lines in lengths.items() if lines > MAX_LINES} == {}


def lint(root: Path) -> str:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout


def test_the_import_contracts_are_kept() -> None:
    assert f"Contracts: {len(VIOLATIONS)} kept, 0 broken." in lint(ROOT)


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_each_import_contract_fails_when_it_is_broken(contract: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path in python_files():
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    module, statement = VIOLATIONS[contract]
    with (tmp_path / module).open("a") as file:
        file.write(f"\n{statement}\n")
    assert f"{contract} BROKEN" in lint(tmp_path)
