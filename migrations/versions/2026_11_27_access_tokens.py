"""access tokens: links are opened by secrets of which only hashes are kept

Revision ID: 2026_11_27_access_tokens
Revises: missed_minutes
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_access_tokens"
down_revision = "missed_minutes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("access_link_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["access_link_id"], ["access_link.id"], name=op.f("fk_access_token_access_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_token_token_hash")),
    )
    op.create_index(op.f("ix_access_token_access_link_id"), "access_token", ["access_link_id"])
    end_open_links()


def end_open_links() -> None:
    """No address sent until now opens anything: whose link was open counts as not invited, and is invited again."""
    link = sa.table("access_link", sa.column("used_at", sa.DateTime(timezone=True)))
    op.execute(sa.update(link).where(link.c.used_at.is_(None)).values(used_at=datetime.now(UTC)))


def downgrade() -> None:
    op.drop_table("access_token")
