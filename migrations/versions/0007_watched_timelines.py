"""What the log of changes is read by for the streams of lists, hashtags and threads.

Revision: 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("changes", sa.Column("tags", postgresql.ARRAY(sa.Text()), nullable=True))
    op.create_index(
        "ix_changes_made_in_not_posted",
        "changes",
        ["made_in"],
        postgresql_where=sa.text("kind IN (2, 3, 4, 12)"),
    )
    op.create_index(
        "ix_changes_conversation_id_made_in",
        "changes",
        ["conversation_id", "made_in"],
        postgresql_where=sa.text("kind IN (1, 2, 3, 4, 5, 6)"),
    )
    op.create_index(
        "ix_changes_subject_id_made_in", "changes", ["subject_id", "made_in"], postgresql_where=sa.text("kind = 13")
    )
    op.create_index(
        "ix_changes_tags",
        "changes",
        ["tags"],
        postgresql_using="gin",
        postgresql_where=sa.text("tags IS NOT NULL"),
    )


def downgrade() -> None:
    for name in ("tags", "subject_id_made_in", "conversation_id_made_in", "made_in_not_posted"):
        op.drop_index(f"ix_changes_{name}", "changes")
    op.drop_column("changes", "tags")
