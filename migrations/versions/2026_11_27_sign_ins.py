"""sign-ins as rows, so that signing out ends a copied cookie

Revision ID: 2026_11_27_sign_ins
Revises: 2026_11_27_access_tokens
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_sign_ins"
down_revision = "2026_11_27_access_tokens"
branch_labels = None
depends_on = None

ENDS = ("signed_out", "everywhere", "password", "switched_off", "roles")


def upgrade() -> None:
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("device", sa.String(length=100), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_by",
            sa.Enum(*ENDS, name="sign_in_end", native_enum=False, create_constraint=True, length=30),
            nullable=True,
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_sign_in_end_has_its_cause")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index("ix_sign_in_person_id_began_at", "sign_in", ["person_id", "began_at"])


def downgrade() -> None:
    op.drop_table("sign_in")
