"""Which changes concern the timelines of lists, and which of their entries."""

from __future__ import annotations

from domain.changes import ChangeKind, Relation
from stores.changed_entries import IS_ACCOUNT, TIMELINE_IDS, concerned_by, looking_for, of_authors

_IS_OF_LIST = f"kind = {ChangeKind.LIST_CHANGED:d}"
# With its owner's account a list comes and goes.
CONCERNED = concerned_by(
    f"""
    JOIN list_members ON list_members.user_id = entry.author_id
        AND list_members.list_id = ANY({TIMELINE_IDS})
    CROSS JOIN LATERAL (SELECT list_members.list_id AS id) AS timeline
    """,
    more=f"""
    UNION
    SELECT subject_id, id, NULL, {Relation.ITSELF:d} FROM changed
    WHERE {_IS_OF_LIST} AND subject_id = ANY({TIMELINE_IDS})
    UNION
    SELECT lists.id, changed.id, NULL, {Relation.ITSELF:d} FROM changed JOIN lists ON lists.owner_id = changed.user_id
    WHERE {IS_ACCOUNT} AND lists.id = ANY({TIMELINE_IDS})
    """,  # noqa: S608
)


def _is_member(user_id: str) -> str:
    return f"EXISTS (SELECT FROM list_members WHERE list_id = :list_id AND user_id = {user_id})"


SINCE = looking_for(
    [
        *of_authors("SELECT user_id AS id FROM list_members WHERE list_id = :list_id", _is_member),
        f"FROM changes WHERE subject_id = :list_id AND {_IS_OF_LIST}",
        f"FROM lists JOIN changes ON changes.user_id = lists.owner_id WHERE lists.id = :list_id AND {IS_ACCOUNT}",
    ]
)
