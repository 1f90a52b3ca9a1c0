"""Every loader is one that agreement can ask about, or gives everybody the same."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from functools import cached_property

from infra.database import ReadSession
from loaders import Loaders
from resolvers import agreement

VIEWER = 912115
OF_ROOT_FIELDS_ONLY = {"user_by_username"}
"""No event leads there."""


class Nowhere:
    def read(self) -> AbstractAsyncContextManager[ReadSession]:
        raise AssertionError("nothing is loaded")


async def test_only_what_is_loaded_without_the_viewer_is_taken_for_the_same() -> None:
    loaders = Loaders(Nowhere(), viewer_id=VIEWER)
    names = {name for name, attribute in vars(Loaders).items() if isinstance(attribute, cached_property)}
    given = {name: getattr(getattr(loaders, name).batch_load_fn, "args", [VIEWER]) for name in names}
    of_the_viewer = {name for name in names if VIEWER in given[name]}
    assert names - of_the_viewer == agreement._SAME_FOR_ALL
    assert of_the_viewer - OF_ROOT_FIELDS_ONLY == set(agreement._ASKING)
