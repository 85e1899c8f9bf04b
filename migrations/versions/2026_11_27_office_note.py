"""notes that an installation keeps about itself: that it is the demonstration, that the clock leapt

Revision ID: 2026_11_27_office_note
Revises: 2026_11_27_throttle_windows
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_office_note"
down_revision = "2026_11_27_throttle_windows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=50), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_note")),
        sa.UniqueConstraint("key", name=op.f("uq_office_note_key")),
    )


def downgrade() -> None:
    op.drop_table("office_note")
