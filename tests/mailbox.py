"""What was mailed, as the person at the address reads it."""

from __future__ import annotations

import re

from infra.mail import Mail
from services.runtime import Runtime
from stores import emails
from tests.queue import Queue

_TOKEN = re.compile(r"\?token=([\w-]+)")


def token_in(mail: Mail) -> str:
    [token] = _TOKEN.findall(mail.body)
    assert isinstance(token, str)
    return token


class Mailbox:
    def __init__(self, runtime: Runtime, queue: Queue) -> None:
        self._runtime = runtime
        self._queue = queue

    async def mails(self, address: str) -> list[Mail]:
        """Newest first, after all that waits in the outbox was done."""
        await self._queue.drained()
        async with self._runtime.database.read() as session:
            return await emails.kept_mails(session, limit=100, recipient=address)

    async def token(self, address: str) -> str:
        """The link's in the newest mail to the address."""
        return token_in((await self.mails(address))[0])
