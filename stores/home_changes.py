"""Which changes concern home timelines, and which of their entries."""

from __future__ import annotations

from domain.changes import OF_VIEWERS, Relation
from stores.changed_entries import TIMELINE_IDS, among, concerned_by, looking_for, of_authors

_WATCHED = f"unnest({TIMELINE_IDS})"
_IS_LARGE = f"""EXISTS (
    SELECT FROM user_counts WHERE user_id = entry.author_id
        AND followers > 4 * cardinality({TIMELINE_IDS})
)"""
# IS TRUE, and a subquery for its value, keep the planner from making joins of them: it takes any array for ten ids,
# and would look each of ten thousand up for each of a thousand authors. Followers are read and looked up in a hash
# table of those who watch, or of more followers than that is worth, each who watches is looked up.
CONCERNED = concerned_by(
    f"""
    CROSS JOIN LATERAL (
        SELECT entry.author_id AS id WHERE (entry.author_id IN (SELECT {_WATCHED})) IS TRUE
        UNION ALL
        SELECT follower_id FROM follows
        WHERE followee_id = entry.author_id AND (follower_id IN (SELECT {_WATCHED})) IS TRUE AND NOT {_IS_LARGE}
        UNION ALL
        SELECT watched.id FROM {_WATCHED} AS watched (id) WHERE {_IS_LARGE}
            AND (SELECT true FROM follows WHERE follower_id = watched.id AND followee_id = entry.author_id)
    ) AS timeline
    """,  # noqa: S608
    more=f"""
    UNION ALL
    SELECT user_id, id, NULL, {Relation.ITSELF:d} FROM changed
    WHERE {among(OF_VIEWERS)} AND user_id = ANY({TIMELINE_IDS})
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
