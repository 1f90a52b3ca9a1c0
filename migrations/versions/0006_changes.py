"""The log of changes that live streams are told from.

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("made_in", sa.BigInteger(), server_default=sa.func.txid_current(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("tweet_id", sa.BigInteger(), nullable=True),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index("ix_changes_made_in", "changes", ["made_in"])
    op.create_index("ix_changes_user_id_made_in", "changes", ["user_id", "made_in"])
    op.create_index("ix_changes_made_at", "changes", ["made_at"])
    op.create_table(
        "forgotten_changes",
        sa.Column("is_the_row", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("is_the_row", name=op.f("ck_forgotten_changes_one_row")),
        sa.PrimaryKeyConstraint("is_the_row", name=op.f("pk_forgotten_changes")),
    )
    op.execute(
        """
        CREATE FUNCTION notify_changes() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('changes', '');
            RETURN NULL;
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER notify_changes AFTER INSERT ON changes FOR EACH STATEMENT EXECUTE FUNCTION notify_changes()"
    )


def downgrade() -> None:
    op.drop_table("forgotten_changes")
    op.drop_table("changes")
    op.execute("DROP FUNCTION notify_changes")
