"""What people are told: messages and their deliveries, saved searches and what each of them has told.

Written out and never edited: a database in the field stands on exactly this.
"""

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "key", "severity", "title", "body")),
        sa.Column("raised_at", Utc, nullable=False),
        sa.Column("cleared_at", Utc),
        sqlite_strict=True,
    )
    op.create_index("ix_notice_key", "notice", ["key"])
    op.create_table(
        "notice_delivery",
        sa.Column("notice_id", sa.Integer, sa.ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("target", sa.Text, primary_key=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", Utc),
        sa.Column("sent_at", Utc),
        sa.Column("error", sa.Text),
        sqlite_strict=True,
    )
    op.create_index("ix_notice_delivery_next_try_at", "notice_delivery", ["next_try_at"])
    op.create_table(
        "digest",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("began_at", Utc, nullable=False),
        sa.Column("made_at", Utc),
        sqlite_strict=True,
    )
    op.create_table(
        "digest_told",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("posting_id", sa.Integer, sa.ForeignKey("posting.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("told_at", Utc, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_digest_told_posting_id", "digest_told", ["posting_id"])
