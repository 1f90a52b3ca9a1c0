from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from execution import responses


@pytest.fixture(autouse=True)
def written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writers are made for the first object already."""
    monkeypatch.setattr(responses, "WORTH_WRITING", 1)


@pytest.fixture(scope="module")
def abandoned() -> Iterator[None]:
    """Coroutines that the stock executor leaves behind when something beside them fails are found with the module
    that made them."""
    yield
    gc.collect()
