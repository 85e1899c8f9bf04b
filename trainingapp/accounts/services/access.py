"""Coming in: passwords, sign-in, invitations and the links that set a password."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from trainingapp.accounts import events
from trainingapp.accounts.models import AccessLink, AccessToken, LinkPurpose, Person
from trainingapp.accounts.queries.access import (
    find_open_invitation,
    last_link_made_at,
    people_without_account,
    was_invited,
)
from trainingapp.accounts.queries.people import find_person, find_person_by_email
from trainingapp.accounts.rules.access import LIFETIMES, check_link, check_not_just_sent, link_state
from trainingapp.accounts.rules.passwords import check_password
from trainingapp.accounts.services.attempts import (
    TRIES,
    WITHIN,
    check_sign_in,
    forget_failures,
    network_of,
    note_failure,
    throttle_key,
)
from trainingapp.core.actor import acting, acting_as
from trainingapp.core.bus import publish
from trainingapp.core.clock import zone
from trainingapp.core.db import db, locked, transaction
from trainingapp.core.errors import DomainError, TooManyAttempts
from trainingapp.core.i18n import LANGUAGES, _l
from trainingapp.core.passwords import hash_password, is_outdated, password_matches
from trainingapp.core.throttle import attempts_within, check_attempts, count_attempt
from trainingapp.core.tokens import link_address, new_token, token_hash

INVITATIONS_WITHIN = timedelta(hours=1)
INVITATIONS = 300  # an administration with all its officers, and not the whole region
RESETS_WITHIN = timedelta(hours=1)
RESETS_PER_EMAIL = 3
RESETS_PER_ADDRESS = 20
UNUSED = sa.update(AccessLink).where(AccessLink.used_at.is_(None))


class SignInRefused(DomainError):
    """The e-mail address and the password do not belong together, whichever of them is wrong."""


def sign_in(email: str, password: str, address: str | None, *, now: datetime) -> Person:
    """The person whose e-mail and password these are.

    Raises SignInRefused, the same and after the same time whatever is wrong, or TooManyAttempts.
    """
    check_sign_in(email, address, now=now)
    person = find_person_by_email(email)
    person_id = person.id if person else None
    may_enter = password_matches(person.password_hash if person else None, password)
    if person is None or not may_enter or not person.is_active:
        note_failure(email, address, person_id, now=now)
        raise SignInRefused(_l("Wrong e-mail address or password. Check both and try again."))
    forget_failures(email, address)
    return enter(person.id, password)


def enter(person_id: int, password: str) -> Person:
    """Note that somebody signed in, and was the one who did; a hash made with yesterday's parameters is made anew."""
    known = find_person(person_id)
    fresh = hash_password(password) if known and known.password_hash and is_outdated(known.password_hash) else None
    with acting_as(person_id, acting().address), transaction():
        person = locked(Person, person_id)
        if fresh:
            person.password_hash = fresh
        publish(events.SignedIn(person_id=person_id))
    return person


def invite(person_id: int, *, now: datetime) -> int:
    """Make a link by which somebody comes in, on behalf of the office, and have a letter written. Gives the link's id.

    An invitation for those without an account; a link to a new password for the others. Links made before stop.
    Raises TooManyAttempts when that person has just got one, or who is acting has sent very many.
    """
    with transaction():
        person = locked(Person, person_id)
        if acting().person_id is not None:
            check_not_just_sent(last_link_made_at(person_id), now)
            check_attempts(sender_key(), INVITATIONS, INVITATIONS_WITHIN, now)
            count_attempt(sender_key(), INVITATIONS_WITHIN, now)
        return send_link(person, now)


def sender_key() -> str:
    return f"invited-by:{acting().person_id}"


def send_link(person: Person, now: datetime) -> int:
    """As :func:`invite`, however often: for those who ask themselves, and for whoever takes over a role."""
    if person.deactivated_at is not None:
        raise DomainError(_l("This account is switched off. Switch it on first."))
    has_account = person.password_hash is not None
    return make_link(person, LinkPurpose.PASSWORD_RESET if has_account else LinkPurpose.INVITATION, now)


def make_link(person: Person, purpose: LinkPurpose, now: datetime) -> int:
    close_links(person.id, now)
    link = new_link(person.id, purpose, now)
    kind = events.PersonInvited if purpose is LinkPurpose.INVITATION else events.PasswordResetAsked
    publish(kind(person_id=person.id, access_link_id=link.id))
    return link.id


def new_link(person_id: int, purpose: LinkPurpose, now: datetime) -> AccessLink:
    link = AccessLink(
        person_id=person_id,
        purpose=purpose,
        created_at=now,
        created_by_id=acting().person_id,
        expires_at=now + LIFETIMES[purpose],
    )
    db.session.add(link)
    db.session.flush()
    return link


def draw_token(link_id: int, *, now: datetime) -> str:
    """A secret that opens the link, for whoever delivers it: nobody can read it here. Earlier ones go on working."""
    token = new_token()
    with transaction():
        db.session.add(AccessToken(access_link_id=link_id, token_hash=token_hash(token), created_at=now))
    return token


def address_of(link_id: int, *, now: datetime) -> str:
    """An address that opens the link, as :func:`draw_token` makes it."""
    return link_address(draw_token(link_id, now=now))


def link_until(person_id: int, until: datetime, *, now: datetime) -> int | None:
    """A link by which somebody without an account can come in at least until that moment: its id.

    For a letter about something else, which carries it: no letter about the link itself is written. An invitation
    that is still open is prolonged, so that earlier letters with it go on working. None for somebody who has a
    password already, or whose account is switched off.
    """
    with transaction():
        person = locked(Person, person_id)
        if person.password_hash is not None or person.deactivated_at is not None:
            return None
        link = find_open_invitation(person_id, now)
        if link is None:
            link = new_link(person_id, LinkPurpose.INVITATION, now)
        link.expires_at = max(link.expires_at, until)
        db.session.flush()
    return link.id


def send_links_anew(person: Person, now: datetime) -> None:
    """End the links that went to an earlier e-mail address; an invitation that was open is sent to the present one."""
    invitation = find_open_invitation(person.id, now)
    close_links(person.id, now)
    if invitation is not None:
        link = db.session.get_one(AccessLink, send_link(person, now))
        link.expires_at = max(link.expires_at, invitation.expires_at)


def close_links(person_id: int, now: datetime) -> None:
    """End the links of a person that are still open."""
    db.session.execute(UNUSED.where(AccessLink.person_id == person_id).values(used_at=now))


def close_every_link(connection: sa.Connection, *, now: datetime) -> int:
    """End everybody's links, in a database that is being put back: how many of them somebody could still come in by."""
    still_good = sa.select(sa.func.count()).where(AccessLink.used_at.is_(None), AccessLink.expires_at > now)
    count = connection.scalar(still_good) or 0
    connection.execute(UNUSED.values(used_at=now))
    return count


def invite_all(organisation_id: int, *, now: datetime) -> tuple[int, int]:
    """Invite those of an organisation who have neither an account nor an open invitation.

    Gives how many were invited, and how many are left because so many within an hour are enough.
    """
    with transaction():
        people = people_without_account(organisation_id, now)
        may_send = max(0, INVITATIONS - attempts_within(sender_key(), INVITATIONS_WITHIN, now))
        for person_id in people[:may_send]:
            count_attempt(sender_key(), INVITATIONS_WITHIN, now)
            send_link(locked(Person, person_id), now)
    return len(people[:may_send]), len(people[may_send:])


def ask_for_reset(email: str, address: str | None, *, now: datetime) -> None:
    """Have a letter with a link written, if somebody with an account or an invitation has this address.

    Never says whether somebody has. Raises TooManyAttempts for an address of the network that asks too often.
    """
    by_address, by_email = throttle_key("reset-from", network_of(address)), throttle_key("reset", email.strip().lower())
    check_attempts(by_address, RESETS_PER_ADDRESS, RESETS_WITHIN, now)
    count_attempt(by_address, RESETS_WITHIN, now)
    try:
        check_attempts(by_email, RESETS_PER_EMAIL, RESETS_WITHIN, now)
    except TooManyAttempts:
        return
    count_attempt(by_email, RESETS_WITHIN, now)
    with transaction():
        person = find_person_by_email(email)
        if person is not None and person.is_active and (person.password_hash or was_invited(person.id)):
            send_link(locked(Person, person.id), now)


def use_link(
    link_id: int, password: str, *, language: str | None = None, time_zone: str | None = None, now: datetime
) -> Person:
    """Set the password through a link, which then is used up; the language and time zone too where given.

    Raises LinkRefused for a link that was used or has expired, DomainError for a password that will not do.
    """
    known = db.session.get_one(AccessLink, link_id)
    person_id = known.person_id
    check_password(password, own_words(known.person))
    check_settings(language, time_zone)
    fresh = hash_password(password)
    with transaction():
        person = locked(Person, person_id)
        link = locked(AccessLink, link_id)
        check_link(
            link_state(used_at=link.used_at, expires_at=link.expires_at, person_active=person.is_active, now=now)
        )
        person.language, person.time_zone = language or person.language, time_zone or person.time_zone
        set_password(person, fresh, now)
    return person


def check_settings(language: str | None, time_zone: str | None) -> None:
    if language is not None and language not in LANGUAGES:
        raise DomainError(_l("The language must be English or Russian."), "language")
    if time_zone is not None:
        zone(time_zone)


def own_words(person: Person) -> list[str]:
    """What a password must not consist of."""
    names = (person.given_name, person.family_name, person.patronymic)
    latin = (person.given_name_latin, person.family_name_latin)
    return [name for name in (*names, *latin) if name] + [person.email, *person.email.split("@")[:1]]


def set_password(person: Person, password_hash: str, now: datetime) -> None:
    """Keep the hash, sign the person out everywhere else, and end the links that are still open."""
    is_first = person.password_hash is None
    person.password_hash = password_hash
    person.password_version += 1
    close_links(person.id, now)
    publish(events.PasswordChanged(person_id=person.id, is_first=is_first))


def change_password(person_id: int, old: str, new: str, *, now: datetime) -> Person:
    """Another password for somebody who knows the present one. Ends the sessions in other browsers."""
    key = throttle_key("password", str(person_id))
    check_attempts(key, TRIES, WITHIN, now)
    known = db.session.get_one(Person, person_id)
    version = known.password_version
    if not password_matches(known.password_hash, old):
        count_attempt(key, WITHIN, now)
        raise DomainError(_l("The current password is wrong."), "old_password")
    check_password(new, own_words(known))
    fresh = hash_password(new)
    with transaction():
        person = locked(Person, person_id)
        if person.password_version != version:
            raise DomainError(_l("The password was changed somewhere else just now. Please sign in again."))
        set_password(person, fresh, now)
    return person
