"""The letters there are, and what has become of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from trainingapp.accounts.models import AccessLink, Person
from trainingapp.core.db import Select, db
from trainingapp.core.permissions import Role
from trainingapp.core.text import like_pattern, search_key
from trainingapp.mail.models import WORDLESS, Failure, Letter, LetterState
from trainingapp.scheduling.models import CourseSession

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
    return letter if letter is not None and letter.attached_name is not None else None


def due(now: datetime) -> sa.Select[Letter]:
    """The letters to be sent now: the urgent ones first, then those that have waited longest."""
    waiting = IN_STATE[LetterState.WAITING] & (Letter.next_try_at <= now) & Letter.subject.is_not(None)
    return sa.select(Letter).where(waiting).order_by(Letter.can_wait, Letter.next_try_at, Letter.id)


def wordless(now: datetime) -> sa.Select[Letter]:
    """The letters to be put into words now: the urgent ones first."""
    is_time = sa.or_(Letter.next_try_at.is_(None), Letter.next_try_at <= now)
    return sa.select(Letter).where(WORDLESS, is_time).order_by(Letter.can_wait, Letter.id)


def letters_of(person_id: int) -> Select:
    """The letters to one person, the newest first: id, what its subject is, language, written_at and the delivery."""
    return rows().where(Letter.recipient_id == person_id)


def has_letters(person_id: int) -> bool:
    """Whether the office has ever written to somebody."""
    return db.session.scalar(sa.select(sa.exists().where(Letter.recipient_id == person_id))) is True


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
    failure: Failure | None = None,
) -> Select:
    """All letters, the newest first, with their recipients: those in a state, to a person found by name or address."""
    statement = rows().add_columns(Person.name, Person.email)
    statement = statement.join(Person, Person.id == Letter.recipient_id).where(about_sessions_at(centres))
    if state is not None:
        statement = statement.where(IN_STATE[state])
    if failure is not None:
        statement = statement.where(Letter.failure == failure)
    if course_session_id is not None:
        statement = statement.where(Letter.course_session_id == course_session_id)
    return statement.where(*recipient_is(recipient))


def recipient_is(text: str) -> list[sa.ColumnElement[bool]]:
    """The conditions that every word of the text is in the recipient's name or address; none for no text."""
    return [Person.search_key.like(like_pattern(word), escape="\\") for word in search_key(text).split()]


def given_up(recipient: str, centres: frozenset[int] | None, failure: Failure | None) -> sa.ColumnElement[bool]:
    """The condition that a letter was given up, for that reason, to such a recipient."""
    chosen = [IN_STATE[LetterState.FAILED], about_sessions_at(centres)]
    if failure is not None:
        chosen.append(Letter.failure == failure)
    if recipient:
        chosen.append(Letter.recipient_id.in_(sa.select(Person.id).where(*recipient_is(recipient))))
    return sa.and_(*chosen)


def has_use(now: datetime) -> sa.ColumnElement[bool]:
    """The condition that a letter is not there for the sake of a personal link that is over."""
    is_open = sa.select(AccessLink.id).where(AccessLink.used_at.is_(None), AccessLink.expires_at > now)
    return sa.or_(
        Letter.access_link_id.is_(None), Letter.course_session_id.is_not(None), Letter.access_link_id.in_(is_open)
    )


def count_again(chosen: sa.ColumnElement[bool], now: datetime) -> tuple[int, int]:
    """Of these letters, how many can be sent again, and how many cannot."""
    counted = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((has_use(now), 1), else_=0)), 0))
    every, useful = db.session.execute(counted.select_from(Letter).where(chosen)).one()
    return useful, every - useful


def failures(centres: frozenset[int] | None) -> dict[Failure, int]:
    """For which reasons letters were given up, with how many there are of each."""
    failed = sa.and_(IN_STATE[LetterState.FAILED], Letter.failure.is_not(None), about_sessions_at(centres))
    rows = db.session.execute(sa.select(Letter.failure, sa.func.count()).where(failed).group_by(Letter.failure))
    return {failure: number for failure, number in rows if failure is not None}


def rows() -> Select:
    return sa.select(
        Letter.id,
        Letter.kind,
        Letter.facts,
        Letter.subject,
        Letter.language,
        Letter.written_at,
        Letter.next_try_at,
        Letter.sent_at,
        Letter.given_up_at,
        Letter.failure,
        Letter.access_link_id,
        Letter.recipient_id,
        Letter.address,
    ).order_by(Letter.written_at.desc(), Letter.id.desc())


def counts(centres: frozenset[int] | None = None) -> dict[LetterState, int]:
    """How many letters are in each state; of those about sessions at these centres only, where some are named."""
    sums = [sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0) for condition in IN_STATE.values()]
    return dict(
        zip(IN_STATE, db.session.execute(sa.select(*sums).where(about_sessions_at(centres))).one(), strict=True)
    )


def already_told(reasons: Collection[str]) -> set[tuple[int, str]]:
    """Who has been told for which of these reasons."""
    rows = db.session.execute(sa.select(Letter.recipient_id, Letter.reason).where(Letter.reason.in_(reasons)))
    return {(row.recipient_id, row.reason) for row in rows}


def failed_letters(within: sa.ColumnElement[bool]) -> int:
    """Letters that were given up; those about no session count for whoever keeps the whole office."""
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Letter)
            .outerjoin(CourseSession, CourseSession.id == Letter.course_session_id)
            .where(within, Letter.given_up_at.is_not(None), Letter.sent_at.is_(None))
        )
        or 0
    )
