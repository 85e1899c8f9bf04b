"""Who may do what: the roles, the permissions, and the only table that joins them.

A predicate takes the person and the object in question. Objects say about themselves what a predicate asks:
``centre_id`` (which centre it belongs to), ``organisation_id`` (whose it is), ``trainer_ids`` (who leads it) and
``person_id`` (whom it is about), and ``is_known_at`` (whether it has to do with one of some centres).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import wraps
from typing import Protocol, TypeVar

from flask import abort
from flask_login import current_user

from trainingapp.core.i18n import LazyText, _l

View = TypeVar("View", bound=Callable[..., object])


class Role(StrEnum):
    """What somebody is to the office. One person may hold several."""

    OFFICER = "officer"
    CONTACT_POINT = "contact_point"
    TRAINER = "trainer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> LazyText:
        return ROLE_LABELS[self]

    @property
    def is_officer(self) -> bool:
        return self is Role.OFFICER

    @property
    def is_trainer(self) -> bool:
        return self is Role.TRAINER

    @property
    def is_coordinator(self) -> bool:
        return self is Role.COORDINATOR


ROLE_LABELS = {
    Role.OFFICER: _l("customs officer"),
    Role.CONTACT_POINT: _l("National Contact Point"),
    Role.TRAINER: _l("trainer"),
    Role.COORDINATOR: _l("coordinator"),
    Role.ADMINISTRATOR: _l("administrator"),
}


class P(Enum):
    """Permissions, each with the sentence that explains it."""

    ACCOUNT_OWN = "use one's own account, record, letters and certificates"
    PEOPLE_VIEW = "see the people of an organisation and their records"
    PEOPLE_EDIT = "add, change and switch off people"
    PEOPLE_INVITE = "invite people to set a password"
    ORGANISATION_INVITE = "invite everybody of an organisation"
    PEOPLE_IMPORT = "take in an administration's list of officers"
    ROLES_GRANT = "give and take away roles"
    ORGANISATIONS_EDIT = "keep the lists of organisations and centres"
    COURSE_VIEW = "see a course"
    COURSE_EDIT = "write, publish and retire courses"
    TOPICS_EDIT = "keep the list of topics"
    SESSION_VIEW = "see a course session"
    SESSION_SCHEDULE = "schedule, change and cancel course sessions"
    ROOMS_EDIT = "keep the list of rooms"
    ENROL_SELF = "take or ask for a place"
    PLACE_VIEW = "see the history of a place"
    PLACE_WITHDRAW = "give a place back"
    PLACES_DECIDE = "decide on requests and place people"
    OFFER_ANSWER = "confirm an offer or turn it down"
    PLACE_REPLACE = "name a colleague for a place that an officer cannot take"
    CALLS_VIEW = "see the list of calls for candidates"
    CALL_PREPARE = "prepare and open a call for candidates, and keep its quotas"
    NOMINATE = "name candidates for an administration"
    SELECTION_MAKE = "select among the candidates"
    CONTACT_HAND_OVER = "hand over the role of the contact point"
    ROSTER_VIEW = "see who takes part in a session"
    ATTENDANCE_MARK = "record attendance"
    RESULTS_RECORD = "record results and mark completion"
    RECORD_VIEW = "see a person's training record"
    CERTIFICATE_VIEW = "see and download a certificate"
    CERTIFICATE_ISSUE = "issue, revoke and replace certificates"
    LETTER_VIEW = "read a letter"
    LETTERS_VIEW = "see all letters and their delivery"
    AUDIT_VIEW = "see the audit log"
    LOG_VIEW = "see what happened to one object"
    DESK_TRAINER = "have a trainer's day page"
    DESK_COORDINATOR = "have a coordinator's desk"
    DESK_ADMINISTRATOR = "have the administrator's page"
    DESK_CONTACT_POINT = "have a contact point's page"


class Grant(Protocol):
    """A role, and for which organisation or centre somebody holds it."""

    @property
    def role(self) -> Role: ...
    @property
    def organisation_id(self) -> int | None: ...
    @property
    def centre_id(self) -> int | None: ...


class Somebody(Protocol):
    """Whoever wants to do something."""

    @property
    def id(self) -> int | None: ...
    @property
    def grants(self) -> Sequence[Grant]: ...


Predicate = Callable[[Somebody, object], bool]


def role(*roles: Role) -> Predicate:
    """Holds one of the roles, wherever."""

    def holds(person: Somebody, _obj: object) -> bool:
        return any(grant.role in roles for grant in person.grants)

    return holds


def either(*predicates: Predicate) -> Predicate:
    return lambda person, obj: any(predicate(person, obj) for predicate in predicates)


def every(*predicates: Predicate) -> Predicate:
    return lambda person, obj: all(predicate(person, obj) for predicate in predicates)


def anyone(_person: Somebody, _obj: object) -> bool:
    """Every signed-in person."""
    return True


class AtCentre:
    """Something that does not exist yet, at a centre or nowhere: to ask whether the reader may make it there."""

    def __init__(self, centre_id: int | None) -> None:
        self.centre_id = centre_id


def coordinates(person: Somebody, obj: object) -> bool:
    """A coordinator of the whole office, or of the centre that the object belongs to."""
    centres = [grant.centre_id for grant in person.grants if grant.role is Role.COORDINATOR]
    if obj is None or not hasattr(obj, "centre_id"):
        return bool(centres)
    return None in centres or (obj.centre_id is not None and obj.centre_id in centres)


def whole_office(person: Somebody, _obj: object) -> bool:
    """A coordinator who is not limited to one centre."""
    return any(grant.role is Role.COORDINATOR and grant.centre_id is None for grant in person.grants)


def works_with(person: Somebody, obj: object) -> bool:
    """A coordinator of the whole office, or of a centre with whose sessions the person has to do."""
    centres = [grant.centre_id for grant in person.grants if grant.role is Role.COORDINATOR]
    if obj is None or not centres or None in centres:
        return bool(centres)
    return hasattr(obj, "is_known_at") and bool(obj.is_known_at(centres))


def represents(person: Somebody, obj: object) -> bool:
    """The contact point of the object's own organisation."""
    wanted = getattr(obj, "organisation_id", None)
    return any(
        grant.role is Role.CONTACT_POINT and (obj is None or grant.organisation_id == wanted) for grant in person.grants
    )


def leads(person: Somebody, obj: object) -> bool:
    """A trainer of that very session."""
    return person.id in getattr(obj, "trainer_ids", ())


def is_oneself(person: Somebody, obj: object) -> bool:
    """The object is about the person."""
    return obj is not None and getattr(obj, "person_id", None) == person.id


def is_training_matter(_person: Somebody, obj: object) -> bool:
    """The object belongs to courses, sessions, places or certificates, not to people or organisations."""
    return bool(getattr(obj, "is_training_matter", False))


def is_published(_person: Somebody, obj: object) -> bool:
    """The object is there for the public."""
    return bool(getattr(obj, "is_public", False))


ADMINISTRATOR = role(Role.ADMINISTRATOR)
COORDINATOR_ANYWHERE = role(Role.COORDINATOR)
TRAINS = every(role(Role.TRAINER), leads)

POLICY: dict[P, Predicate] = {
    P.ACCOUNT_OWN: anyone,
    P.PEOPLE_VIEW: either(ADMINISTRATOR, works_with, represents),
    P.PEOPLE_EDIT: ADMINISTRATOR,
    P.PEOPLE_INVITE: either(ADMINISTRATOR, works_with),
    P.ORGANISATION_INVITE: either(ADMINISTRATOR, whole_office),
    P.PEOPLE_IMPORT: either(ADMINISTRATOR, COORDINATOR_ANYWHERE, represents),
    P.ROLES_GRANT: ADMINISTRATOR,
    P.ORGANISATIONS_EDIT: ADMINISTRATOR,
    P.COURSE_VIEW: either(is_published, coordinates, COORDINATOR_ANYWHERE, role(Role.TRAINER)),
    P.COURSE_EDIT: coordinates,
    P.TOPICS_EDIT: COORDINATOR_ANYWHERE,
    P.SESSION_VIEW: either(is_published, COORDINATOR_ANYWHERE, TRAINS),
    P.SESSION_SCHEDULE: coordinates,
    P.ROOMS_EDIT: either(ADMINISTRATOR, coordinates),
    P.ENROL_SELF: role(Role.OFFICER, Role.TRAINER, Role.CONTACT_POINT, Role.COORDINATOR),
    P.PLACE_VIEW: either(is_oneself, coordinates, represents),
    P.PLACE_WITHDRAW: either(is_oneself, coordinates),
    P.PLACES_DECIDE: coordinates,
    P.OFFER_ANSWER: either(is_oneself, coordinates),
    P.PLACE_REPLACE: either(coordinates, represents),
    P.CALLS_VIEW: COORDINATOR_ANYWHERE,
    P.CALL_PREPARE: coordinates,
    P.NOMINATE: either(coordinates, represents),
    P.SELECTION_MAKE: coordinates,
    P.CONTACT_HAND_OVER: either(ADMINISTRATOR, represents),
    P.ROSTER_VIEW: either(coordinates, TRAINS),
    P.ATTENDANCE_MARK: either(coordinates, TRAINS),
    P.RESULTS_RECORD: either(coordinates, TRAINS),
    P.RECORD_VIEW: either(is_oneself, works_with, represents),
    P.CERTIFICATE_VIEW: either(is_oneself, coordinates),
    P.CERTIFICATE_ISSUE: coordinates,
    P.LETTER_VIEW: either(is_oneself, ADMINISTRATOR, coordinates),
    P.LETTERS_VIEW: either(ADMINISTRATOR, coordinates),
    P.AUDIT_VIEW: ADMINISTRATOR,
    P.LOG_VIEW: either(ADMINISTRATOR, every(is_training_matter, coordinates)),
    P.DESK_TRAINER: role(Role.TRAINER),
    P.DESK_COORDINATOR: COORDINATOR_ANYWHERE,
    P.DESK_ADMINISTRATOR: ADMINISTRATOR,
    P.DESK_CONTACT_POINT: role(Role.CONTACT_POINT),
}


class Visitor:
    """Somebody who has not signed in: holds no role and is nobody's person."""

    id = None
    grants: tuple[Grant, ...] = ()


PUBLIC_PERMISSIONS = {P.COURSE_VIEW, P.SESSION_VIEW}


def can(permission: P, obj: object = None, person: Somebody | None = None) -> bool:
    """Whether the person (the signed-in one unless another is given) may do it to the object."""
    person = current_user if person is None else person
    if not getattr(person, "is_authenticated", False):
        return permission in PUBLIC_PERMISSIONS and POLICY[permission](Visitor(), obj)
    return POLICY[permission](person, obj)


@dataclass(frozen=True)
class Access:
    """What a view declares about itself; a view without it is refused at start."""

    permission: P | None


def public(view: View) -> View:
    """Declare that the view is for everyone."""
    view.access = Access(None)  # type: ignore[attr-defined]
    return view


def requires(permission: P, on: Callable[..., object] | None = None) -> Callable[[View], View]:
    """Declare what a view needs. ``on`` loads its object from the URL's values: 404, then 403, then the object.

    The loader gets the URL's values and returns None when there is no such thing; the view gets the object instead.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**values: object) -> object:
            obj = on(**values) if on else None
            if on and obj is None:
                abort(404)
            if not can(permission, obj):
                abort(403 if current_user.is_authenticated else 401)
            return view(obj) if on else view(**values)

        guarded.access = Access(permission)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def undeclared(views: Iterable[tuple[str, Callable[..., object]]]) -> list[str]:
    """The names of views that do not say who may use them."""
    return [name for name, view in views if not hasattr(view, "access")]
