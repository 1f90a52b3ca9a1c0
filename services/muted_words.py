"""Muting words."""

from __future__ import annotations

from datetime import datetime

from domain import muted_words as rules
from domain.changes import ChangeKind
from domain.errors import NotFound, TooManyMutedWords
from domain.records import MutedWord
from infra.database import WriteSession
from services.mutes import check_expiry
from stores import changes, muted_words
from stores.changes import NewChange

MAX_MUTED_WORDS = 200
"""Each is looked for in every tweet of a list: 200 in the 50 of a page take 2 ms."""


async def add(session: WriteSession, user_id: int, word: MutedWord, *, now: datetime) -> int:
    """The id of the muted word: an earlier one's where it looks for the same, which now ends when this one does.

    Raises ValidationFailed, ExpiryInThePast or TooManyMutedWords.
    """
    phrase = rules.checked_muted_phrase(word.phrase)
    check_expiry(word.expires_at, now=now)
    needle = rules.needle(phrase, whole_word=word.whole_word)
    count = await muted_words.locked_count(session, user_id, now=now)
    word_id = await muted_words.renew(session, user_id, phrase=phrase, needle=needle, expires_at=word.expires_at)
    if word_id is None:
        if count >= MAX_MUTED_WORDS:
            raise TooManyMutedWords(limit=MAX_MUTED_WORDS)
        word_id = word.id
        checked = MutedWord(id=word_id, phrase=phrase, whole_word=word.whole_word, expires_at=word.expires_at)
        await muted_words.insert(session, user_id, checked, needle=needle)
    await _record(session, user_id, word_id)
    return word_id


async def remove(session: WriteSession, word_id: int | None, *, user_id: int) -> int:
    """Raises NotFound alike for a word that never was, was removed, or is someone else's."""
    if word_id is None or not await muted_words.delete(session, word_id, user_id=user_id):
        raise NotFound("muted word", field="mutedWordId")
    await _record(session, user_id, word_id)
    return word_id


async def _record(session: WriteSession, user_id: int, word_id: int) -> None:
    await changes.record(
        session,
        [
            NewChange(ChangeKind.MUTES_CHANGED, user_id),
            NewChange(ChangeKind.MUTED_WORD_CHANGED, user_id, subject_id=word_id),
        ],
    )
