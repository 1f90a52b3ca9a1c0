"""What errors of the database tell."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.runtime import Runtime


async def test_an_error_does_not_tell_the_values_of_its_statement(runtime: Runtime) -> None:
    async with runtime.database.read() as session:
        with pytest.raises(DBAPIError) as failed:
            await session.execute(text("SELECT 1 / 0 WHERE CAST(:hash AS text) <> ''"), {"hash": "a password's hash"})
    assert "division by zero" in str(failed.value)
    assert "a password's hash" not in str(failed.value)
