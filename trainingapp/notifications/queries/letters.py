"""The letters there are, and what has become of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from trainingapp.accounts.models import Person
from trainingapp.core.db import db
from trainingapp.core.permissions import Role
from trainingapp.core.text import like_pattern, search_key
from trainingapp.notifications.models import Letter, LetterState
from trainingapp.scheduling.models import CourseSession

Rows = sa.Select[*tuple[Any, ...]]

IN_STATE: dict[LetterState, sa.ColumnElement[bool]] = {
    LetterState.SENT: Letter.sent_at.is_not(None),
    LetterState.FAILED: Letter.given_up_at.is_not(None),
    LetterState.KEPT: sa.and_(Letter.sent_at.is_(None), Letter.given_up_at.is_(None), Letter.next_try_at.is_(None)),
    LetterState.WAITING: sa.and_(
        Letter.sent_at.is_(None), Letter.given_up_at.is_(None), Letter.next_try_at.is_not(None)
    ),
}


def find_letter(letter_id: int) -> Letter | None:
    """The letter with its recipient."""
    return db.session.get(Letter, letter_id, options=(joinedload(Letter.recipient),))


def find_attached(letter_id: int) -> Letter | None:
    """The letter, when a file is attached to it."""
    letter = find_letter(letter_id)
    return letter if letter is not None and letter.attachment is not None else None


def due(now: datetime) -> sa.Select[Letter]:
    """The letters to be tried now: the urgent ones first, then those that have waited longest."""
    waiting = IN_STATE[LetterState.WAITING] & (Letter.next_try_at <= now)
    return sa.select(Letter).where(waiting).order_by(Letter.can_wait, Letter.next_try_at, Letter.id)


def letters_of(person_id: int) -> Rows:
    """The letters to one person, the newest first: id, subject, language, written_at and the delivery."""
    return rows().where(Letter.recipient_id == person_id)


def centres_kept_by(person: Person) -> frozenset[int] | None:
    """The centres about whose sessions somebody may read every letter; None for all letters there are."""
    centres = frozenset(grant.centre_id for grant in person.grants if grant.role is Role.COORDINATOR)
    known = frozenset(centre_id for centre_id in centres if centre_id is not None)
    return None if None in centres or Role.ADMINISTRATOR in person.roles else known


def about_sessions_at(centres: frozenset[int] | None) -> sa.ColumnElement[bool]:
    """The condition that a letter is about a session at one of the centres; None: whatever it is about."""
    if centres is None:
        return sa.true()
    return Letter.course_session_id.in_(sa.select(CourseSession.id).where(CourseSession.centre_id.in_(centres)))


def letters(
    state: LetterState | None = None,
    recipient: str = "",
    course_session_id: int | None = None,
    centres: frozenset[int] | None = None,
) -> Rows:
    """All letters, the newest first, with their recipients: those in a state, to a person found by name or address."""
    statement = rows().add_columns(Person.family_name, Person.given_name, Person.patronymic, Person.email)
    statement = statement.join(Person, Person.id == Letter.recipient_id).where(about_sessions_at(centres))
    if state is not None:
        statement = statement.where(IN_STATE[state])
    if course_session_id is not None:
        statement = statement.where(Letter.course_session_id == course_session_id)
    for word in search_key(recipient).split():
        statement = statement.where(Person.search_key.like(like_pattern(word), escape="\\"))
    return statement


def rows() -> Rows:
    return sa.select(
        Letter.id,
        Letter.subject,
        Letter.language,
        Letter.written_at,
        Letter.next_try_at,
        Letter.sent_at,
        Letter.given_up_at,
        Letter.failure,
        Letter.access_link_id,
        Letter.recipient_id,
    ).order_by(Letter.written_at.desc(), Letter.id.desc())


def counts(centres: frozenset[int] | None = None) -> dict[LetterState, int]:
    """How many letters are in each state; of those about sessions at these centres only, where some are named."""
    sums = [sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0) for condition in IN_STATE.values()]
    return dict(
        zip(IN_STATE, db.session.execute(sa.select(*sums).where(about_sessions_at(centres))).one(), strict=True)
    )
