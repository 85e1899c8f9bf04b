"""letters that are urgent, that were interrupted or lack their file; signs of life

Revision ID: mail
Revises: indexes_of_places
"""

import sqlalchemy as sa
from alembic import op

revision = "mail"
down_revision = "indexes_of_places"
branch_labels = None
depends_on = None

OLD = ("unreachable", "not_admitted", "address", "refused", "link_over")
NEW = (*OLD, "file_gone")
DUE = sa.text("sent_at IS NULL AND given_up_at IS NULL AND next_try_at IS NOT NULL")
URGENT = (
    "offered",
    "offer-reminder",
    "invitation",
    "password_reset",
    "cancelled",
    "session-cancelled",
    "call-cancelled",
    "withdrawn",
    "replaced",
    "turned_down",
)


def exchange(batch_op, values: tuple[str, ...]) -> None:
    name = batch_op.f("ck_letter_letter_failure")
    batch_op.drop_constraint(name, type_="check")
    batch_op.create_check_constraint(name, sa.text(f"failure IN ({', '.join(repr(value) for value in values)})"))


def index(*columns: object) -> None:
    op.create_index("ix_letter_due", "letter", list(columns), sqlite_where=DUE, postgresql_where=DUE)


def upgrade() -> None:
    op.drop_index("ix_letter_due", "letter")
    with op.batch_alter_table("letter") as batch_op:
        batch_op.add_column(sa.Column("can_wait", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("interruptions", sa.Integer(), nullable=False, server_default="0"))
        exchange(batch_op, NEW)
    with op.batch_alter_table("letter") as batch_op:
        batch_op.alter_column("can_wait", existing_type=sa.Boolean(), server_default=None)
        batch_op.alter_column("interruptions", existing_type=sa.Integer(), server_default=None)
    kinds = " OR ".join(f"reason LIKE '{kind}:%'" for kind in URGENT)
    op.execute(sa.text(f"UPDATE letter SET can_wait = {false()} WHERE {kinds}".replace(":", "\\:")))
    index("can_wait", "next_try_at")
    op.create_table(
        "worker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "work",
            sa.Enum("jobs", "mail", name="work", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trouble", sa.String(length=50), nullable=True),
        sa.Column("trouble_detail", sa.Text(), nullable=True),
        sa.Column("trouble_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(trouble IS NULL) = (trouble_since IS NULL)", name=op.f("ck_worker_trouble_has_its_moment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
        sa.UniqueConstraint("work", "host", name=op.f("uq_worker_work_host")),
    )


def false() -> str:
    return "false" if op.get_bind().dialect.name == "postgresql" else "0"


def downgrade() -> None:
    """A letter that lacked its file is one that was refused."""
    op.drop_table("worker")
    op.drop_index("ix_letter_due", "letter")
    op.execute("UPDATE letter SET failure = 'refused' WHERE failure = 'file_gone'")
    with op.batch_alter_table("letter") as batch_op:
        exchange(batch_op, OLD)
        batch_op.drop_column("interruptions")
        batch_op.drop_column("can_wait")
    index("next_try_at")
