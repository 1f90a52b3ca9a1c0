"""Tweets of an author without replies to others, so that a page of them passes none.

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_tweets_author_id_id_without_replies",
        "tweets",
        ["author_id", "id"],
        postgresql_where=sa.text("in_reply_to_user_id IS NULL OR in_reply_to_user_id = author_id"),
    )


def downgrade() -> None:
    op.drop_index("ix_tweets_author_id_id_without_replies", table_name="tweets")
