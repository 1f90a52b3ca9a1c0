"""Which executor runs operations: the breadth-first one where it can, unless it is switched off."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest

from app.main import create_app
from infra.settings import Settings
from loaders.setwise import SetwiseLoader
from resolvers.context import Context
from services.runtime import Runtime
from tests.client import POST, Api
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


async def test_what_a_request_has_used_is_freed_without_the_garbage_collector(
    runtime: Runtime, settings: Settings
) -> None:
    """Else each is looked through by a collection that stops the process."""
    documents = [
        (POST, {"input": {"text": "tea"}}),
        ("{ viewer { homeTimeline { edges { node { ... on TimelineTweet { tweet { __typename } } } } } } }", {}),
        ("query ($name: String!) { user(by: {username: $name}) { ... on User { tweetCount { value } } } }", {}),
        ("{ viewer { user { tweets(first: 1000) { nodes { __typename } } } } }", {}),
        ('{ node(id: "nonsense") { id } }', {}),
    ]
    app = create_app(replace(settings, breadth_first=True))
    async with app.router.lifespan_context(app), serving(app) as url, Api(url) as api:
        person = await api.registered("ann")
        gc.collect()
        gc.disable()
        try:
            for document, values in documents:
                assert "data" in await api.answer(document, {"name": person.name, **values}, by=person), document
                assert not {type(each) for each in gc.get_objects()} & {Context, SetwiseLoader}, document
        finally:
            gc.enable()
