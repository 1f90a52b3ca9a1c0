"""Which changes concern the timelines of single authors, and which of their entries."""

from __future__ import annotations

from domain.changes import Relation
from stores.changed_entries import TIMELINE_IDS, concerned_by, looking_for, of_authors

# None of them takes another's place: all that an author retweets is there.
CONCERNED = concerned_by(
    f"""
    JOIN unnest({TIMELINE_IDS}) AS timeline (id) ON timeline.id = entry.author_id
        AND entry.relation <> {Relation.LATER_SIBLING:d}
    """
)
"""A timeline's id is its author's."""
SINCE = looking_for(of_authors("SELECT CAST(:user_id AS bigint) AS id", "{} = :user_id".format))
