"""Which executor runs operations: the breadth-first one where it can, unless it is switched off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.main import create_app
from infra.settings import Settings
from services.runtime import Runtime
from tests.client import Api
from tests.conftest import serving

NULL_CONDITION = "query ($hidden: Boolean = true) { viewer { user { id @skip(if: $hidden) } } }"


@pytest.mark.parametrize(("breadth_first", "fallbacks"), [(True, 1), (False, 0)])
async def test_what_only_the_stock_executor_can_do_is_counted(
    runtime: Runtime, settings: Settings, breadth_first: bool, fallbacks: int
) -> None:
    """A condition that is null: valid, for its variable has a default, and told by graphql-core when it is met."""
    app = create_app(replace(settings, breadth_first=breadth_first))
    async with app.router.lifespan_context(app), serving(app) as url, Api(url) as api:
        person = await api.registered("ann")
        answer = await api.answer(NULL_CONDITION, {"hidden": None}, by=person)
        assert [error["path"] for error in answer["errors"]] == [["viewer", "user"]]
        metrics = (await api.http.get(f"{url}/metrics")).text
    assert f"chirp_executor_fallbacks_total {fallbacks}.0" in metrics
