"""Which changes concern home timelines, and which of their entries."""

from __future__ import annotations

from domain.changes import OF_VIEWERS, Relation
from stores.changed_entries import among, concerned_by, looking_for, of_authors

CONCERNED = concerned_by(
    """
    JOIN unnest(CAST(:timeline_ids AS bigint[])) AS timeline (id) ON timeline.id = entry.author_id
        OR EXISTS (SELECT FROM follows WHERE follower_id = timeline.id AND followee_id = entry.author_id)
    """,
    more=f"""
    UNION ALL
    SELECT user_id, id, NULL, {Relation.ITSELF:d} FROM changed
    WHERE {among(OF_VIEWERS)} AND user_id = ANY(CAST(:timeline_ids AS bigint[]))
    """,  # noqa: S608
)
"""A home timeline's id is its viewer's."""


def _is_author(user_id: str) -> str:
    return f"""({user_id} = :viewer_id OR EXISTS (
        SELECT FROM follows WHERE follower_id = :viewer_id AND followee_id = {user_id}
    ))"""


SINCE = looking_for(
    of_authors(
        "SELECT followee_id AS id FROM follows WHERE follower_id = :viewer_id "
        "UNION ALL SELECT CAST(:viewer_id AS bigint)",
        _is_author,
    )
)
