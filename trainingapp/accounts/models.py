"""Organisations, centres, people, roles, and the links by which people come in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from trainingapp.core.db import Base, db, enum_column
from trainingapp.core.i18n import Bilingual, LazyText, _l, current_language
from trainingapp.core.names import NAME_FIELDS, PersonName
from trainingapp.core.permissions import Role

OfCentres = Callable[[Collection[int]], sa.ColumnElement[bool]]
BONDS_WITH_CENTRES: list[OfCentres] = []

SORT_KEY = sa.String(400).with_variant(sa.String(400, collation="C"), "postgresql")


def binds_to_centres(condition: OfCentres) -> OfCentres:
    """Declare by what a person has to do with one of some centres: a condition of a row of people."""
    BONDS_WITH_CENTRES.append(condition)
    return condition


def is_of_centres(centres: Collection[int]) -> sa.ColumnElement[bool]:
    """The condition that a person has, or had, to do with sessions of one of the centres."""
    return sa.or_(sa.false(), *(condition(centres) for condition in BONDS_WITH_CENTRES))


def signed_like(name: str, note: str) -> str:
    """The condition that a name ends with the sign of a footnote where the note begins with it, and only there."""
    return f"(substr({name}, length({name})) = '*') = (substr({note}, 1, 1) = '*')"


class OrganisationKind(StrEnum):
    ADMINISTRATION = "administration"
    PARTNER = "partner"
    OFFICE = "office"

    @property
    def label(self) -> LazyText:
        return {
            OrganisationKind.ADMINISTRATION: _l("customs administration"),
            OrganisationKind.PARTNER: _l("partner organisation"),
            OrganisationKind.OFFICE: _l("the regional office"),
        }[self]


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"

    @property
    def label(self) -> LazyText:
        return {Sex.FEMALE: _l("female"), Sex.MALE: _l("male")}[self]


class Organisation(Base):
    """A customs administration, a partner organisation, or the office itself. The list is the office's own data.

    A note that begins with the sign "*" is a footnote to the name, which then ends with the sign, wherever it is shown.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        sa.CheckConstraint("length(trim(name_en)) > 0", name="name_en_not_blank"),
        sa.CheckConstraint(signed_like("name_en", "coalesce(note_en, note_ru, '')"), name="name_en_signed"),
        sa.CheckConstraint(signed_like("name_ru", "coalesce(note_ru, note_en, '')"), name="name_ru_signed"),
    )

    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(enum_column(OrganisationKind, "organisation_kind"))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    name_ru: Mapped[str | None] = mapped_column(sa.String(200))
    note_en: Mapped[str | None] = mapped_column(sa.Text)
    note_ru: Mapped[str | None] = mapped_column(sa.Text)

    name: Mapped[Bilingual] = composite("name_en", "name_ru")
    note: Mapped[Bilingual] = composite("note_en", "note_ru")

    @property
    def organisation_id(self) -> int:
        """Whose it is: asked by the permission table."""
        return self.id

    def is_known_at(self, _centres: Collection[int]) -> bool:
        """Every centre corresponds with every organisation: asked by the permission table."""
        return True


class Centre(Base):
    """A training centre of the network: where sessions are held, and what a coordinator may be limited to."""

    __tablename__ = "centre"

    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    name_ru: Mapped[str | None] = mapped_column(sa.String(200))
    city_en: Mapped[str] = mapped_column(sa.String(100))
    city_ru: Mapped[str | None] = mapped_column(sa.String(100))
    country_code: Mapped[str] = mapped_column(sa.String(2))
    time_zone: Mapped[str] = mapped_column(sa.String(50))

    name: Mapped[Bilingual] = composite("name_en", "name_ru")
    city: Mapped[Bilingual] = composite("city_en", "city_ru")

    @property
    def centre_id(self) -> int:
        return self.id


class Person(UserMixin, Base):
    """Somebody the office knows; with a password, somebody who can sign in.

    Names are content: as the person writes them, in Latin letters as in the passport, and, where the own writing is not
    Cyrillic, perhaps as Russian texts spell them. :mod:`trainingapp.core.names` says which of them a text shows.
    """

    __tablename__ = "person"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email)", name="email_lower_case"),
        sa.CheckConstraint("language IN ('en', 'ru')", name="language_known"),
        sa.CheckConstraint("length(trim(family_name)) > 0", name="family_name_not_blank"),
        sa.CheckConstraint("length(trim(family_name_latin)) > 0", name="family_name_latin_not_blank"),
        sa.CheckConstraint(
            "(family_name_ru IS NULL) = (given_name_ru IS NULL)"
            " AND (patronymic_ru IS NULL OR given_name_ru IS NOT NULL)",
            name="russian_name_whole",
        ),
    )

    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    given_name: Mapped[str] = mapped_column(sa.String(100))
    family_name: Mapped[str] = mapped_column(sa.String(100))
    patronymic: Mapped[str | None] = mapped_column(sa.String(100))
    given_name_latin: Mapped[str] = mapped_column(sa.String(100))
    family_name_latin: Mapped[str] = mapped_column(sa.String(100))
    family_name_ru: Mapped[str | None] = mapped_column(sa.String(100))
    given_name_ru: Mapped[str | None] = mapped_column(sa.String(100))
    patronymic_ru: Mapped[str | None] = mapped_column(sa.String(100))
    sex: Mapped[Sex | None] = mapped_column(enum_column(Sex, "sex"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    post: Mapped[str | None] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(2))
    time_zone: Mapped[str] = mapped_column(sa.String(50))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    password_version: Mapped[int] = mapped_column(default=0)
    deactivated_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    search_key: Mapped[str] = mapped_column(sa.String(1000))
    sort_key_en: Mapped[str] = mapped_column(SORT_KEY, index=True)
    sort_key_ru: Mapped[str] = mapped_column(SORT_KEY, index=True)

    name: Mapped[PersonName] = composite(*NAME_FIELDS)
    organisation: Mapped[Organisation] = relationship()
    grants: Mapped[list[RoleGrant]] = relationship(
        lazy="selectin", order_by="RoleGrant.id", cascade="all, delete-orphan", foreign_keys="RoleGrant.person_id"
    )

    @property
    def person_id(self) -> int:
        """Whom it is about: asked by the permission table."""
        return self.id

    def is_known_at(self, centres: Collection[int]) -> bool:
        """Whether the person has to do with sessions of one of the centres: asked by the permission table."""
        return db.session.scalar(sa.select(sa.exists().where(Person.id == self.id, is_of_centres(centres)))) is True

    @property
    def is_active(self) -> bool:
        """May sign in: asked by Flask-Login."""
        return self.deactivated_at is None

    @hybrid_property
    def sort_key(self) -> str:
        """The place in a list of names that are spelled in the language that is spoken now."""
        return self.sort_key_ru if current_language() == "ru" else self.sort_key_en

    @sort_key.inplace.expression
    @classmethod
    def _sort_key(cls) -> sa.SQLColumnExpression[str]:
        return cls.sort_key_ru if current_language() == "ru" else cls.sort_key_en

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)


class RoleGrant(Base):
    """A role that somebody holds, for an organisation, for a centre, or for the whole office."""

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.CheckConstraint(
            "(role IN ('officer', 'contact_point')) = (organisation_id IS NOT NULL)", name="organisation_where_needed"
        ),
        sa.CheckConstraint("role = 'coordinator' OR centre_id IS NULL", name="centre_for_coordinators_only"),
        sa.Index(
            "uq_role_grant_once",
            "person_id",
            "role",
            sa.text("coalesce(organisation_id, 0)"),
            sa.text("coalesce(centre_id, 0)"),
            unique=True,
        ),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(enum_column(Role, "role"))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    centre_id: Mapped[int | None] = mapped_column(sa.ForeignKey("centre.id"))
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    centre: Mapped[Centre | None] = relationship(lazy="joined")


class LinkPurpose(StrEnum):
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"


class AccessLink(Base):
    """That one person may set a password, once, until a moment. What opens it are its tokens."""

    __tablename__ = "access_link"
    __table_args__ = (sa.CheckConstraint("expires_at > created_at", name="expires_after_creation"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(enum_column(LinkPurpose, "link_purpose"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=person_id)


class AccessToken(Base):
    """What stands in the address of an access link. It is drawn anew for each letter; only its hash is kept."""

    __tablename__ = "access_token"

    access_link_id: Mapped[int] = mapped_column(sa.ForeignKey("access_link.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]


class SignInEnd(StrEnum):
    """What ended a sign-in, other than time."""

    SIGNED_OUT = "signed_out"
    EVERYWHERE = "everywhere"
    PASSWORD = "password"
    SWITCHED_OFF = "switched_off"
    ROLES = "roles"


class SignIn(Base):
    """One browser in which somebody is, or was, signed in. Its cookie has the token, of which the hash is kept."""

    __tablename__ = "sign_in"
    __table_args__ = (
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="end_has_its_cause"),
        sa.Index("ix_sign_in_person_id_began_at", "person_id", "began_at"),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str | None] = mapped_column(sa.String(45))
    device: Mapped[str] = mapped_column(sa.String(100))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[SignInEnd | None] = mapped_column(enum_column(SignInEnd, "sign_in_end"))

    person: Mapped[Person] = relationship()
