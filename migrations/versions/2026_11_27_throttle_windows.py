"""windows of attempts that have passed are found by their beginning

Revision ID: 2026_11_27_throttle_windows
Revises: mail
"""

from alembic import op

revision = "2026_11_27_throttle_windows"
down_revision = "mail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_throttle_window_began_at"), "throttle", ["window_began_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_throttle_window_began_at"), "throttle")
