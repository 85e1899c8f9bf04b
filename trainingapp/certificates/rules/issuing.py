"""What a certificate says, whether it still holds, and who may get one."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from trainingapp.certificates.models import CertificateKind
from trainingapp.core.errors import DomainError
from trainingapp.core.glyphs import missing_glyphs
from trainingapp.core.i18n import LazyText, StrOrLazy, _l
from trainingapp.core.text import tidy
from trainingapp.scheduling.models import SessionStatus

SHORTEST_REASON = 3
DATES = ("starts_on", "ends_on", "issued_on", "valid_until")


@dataclass(frozen=True, kw_only=True)
class PrintedFields:
    """Everything that is printed on a certificate, frozen at issue.

    ``hours`` are the minutes of the course. ``name_native`` is None when it equals ``name_latin``, ``place`` when the
    sessions were online, ``result`` when there is none, ``valid_until`` when the certificate does not expire.
    Russian may be lacking (None) where the content was never translated: then the English is printed.
    """

    kind: CertificateKind
    serial: str
    code: str
    name_latin: str
    name_native: str | None
    organisation_en: str
    organisation_ru: str | None
    title_en: str
    title_ru: str | None
    session_code: str
    hours: int
    starts_on: date
    ends_on: date
    place_en: str | None
    place_ru: str | None
    result_en: str | None
    result_ru: str | None
    issuer_en: str
    issuer_ru: str
    signatory_name_en: str
    signatory_name_ru: str
    signatory_post_en: str
    signatory_post_ru: str
    issued_on: date
    valid_until: date | None
    note_en: str | None = None
    note_ru: str | None = None

    def text(self, field: str, language: str) -> str:
        """The field in that language; in English where the Russian is lacking; "" where there is none."""
        english, russian = getattr(self, f"{field}_en"), getattr(self, f"{field}_ru")
        return str((russian if language == "ru" else None) or english or "")

    def name(self, language: str) -> str:
        """The name as printed in that language."""
        return (self.name_native if language == "ru" else None) or self.name_latin

    def to_dict(self) -> dict[str, object]:
        """Plain values for a JSON column."""
        values = dataclasses.asdict(self)
        values["kind"] = self.kind.value
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The fields again, from what ``to_dict`` gave."""
        dates = {key: date.fromisoformat(values[key]) if values[key] else None for key in DATES}
        return cls(**{**values, **dates, "kind": CertificateKind(values["kind"])})


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """Whose name stands under the line for the signature."""

    name_en: str = ""
    name_ru: str = ""
    post_en: str = ""
    post_ru: str = ""


class State(StrEnum):
    """What a stranger is told about a certificate."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"

    @property
    def label(self) -> LazyText:
        return STATE_LABELS[self]

    @property
    def tone(self) -> str:
        return {State.VALID: "good", State.REVOKED: "bad"}.get(self, "attention")

    @property
    def is_valid(self) -> bool:
        return self is State.VALID

    @property
    def is_expired(self) -> bool:
        return self is State.EXPIRED

    @property
    def is_revoked(self) -> bool:
        return self is State.REVOKED

    @property
    def stands(self) -> bool:
        """It says what is true: nobody has taken it back."""
        return self in {State.VALID, State.EXPIRED}


STATE_LABELS = {
    State.VALID: _l("Valid"),
    State.EXPIRED: _l("Expired"),
    State.REVOKED: _l("Revoked"),
    State.REPLACED: _l("Replaced"),
}


def decide_state(
    *, revoked_at: datetime | None, replaced_at: datetime | None, valid_until: date | None, today: date
) -> State:
    """The state on that day, by the office's calendar; the last day of validity is still a valid one."""
    if revoked_at:
        return State.REVOKED
    if replaced_at:
        return State.REPLACED
    return State.EXPIRED if valid_until and valid_until < today else State.VALID


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the decision about one certificate for one person hangs on.

    ``chosen``: a coordinator asked for this very person and not for all who qualify. ``unprintable``: the characters
    of the texts to be printed that the fonts do not have. Minutes are of planned time; ``attendance_percent`` is the
    course's rule, None when it has none.
    """

    kind: CertificateKind
    now: datetime
    status: SessionStatus
    last_meeting_ends_at: datetime | None
    oneself: bool
    chosen: bool
    left: bool
    attendance_percent: int | None
    planned_minutes: int
    attended_minutes: int
    completed: bool
    standing_serial: str | None
    revoked_serial: str | None
    unprintable: str


def decide_certificate(facts: Facts) -> None:
    """Let the person have the certificate, or raise DomainError with the reason against it and the way out."""
    check_earlier(facts)
    if facts.kind is CertificateKind.COMPLETION:
        check_completion(facts)
    else:
        check_attendance(facts)
    check_printable(facts.unprintable)
    if facts.oneself:
        raise DomainError(_l("You cannot issue a certificate to yourself: ask another coordinator."))


def reason_against(facts: Facts) -> StrOrLazy | None:
    """The sentence why the person cannot have the certificate, None when nothing is against it."""
    try:
        decide_certificate(facts)
    except DomainError as error:
        return error.message
    return None


def check_earlier(facts: Facts) -> None:
    if facts.status in {SessionStatus.DRAFT, SessionStatus.CANCELLED}:
        raise DomainError(_l("There are no certificates for a session that does not take place."))
    if facts.standing_serial:
        raise DomainError(_l("Has this certificate already: %(serial)s.", serial=facts.standing_serial))
    if facts.revoked_serial and not facts.chosen:
        raise DomainError(
            _l(
                "The earlier certificate %(serial)s was revoked. Choose this person if a new one is to be issued.",
                serial=facts.revoked_serial,
            )
        )


def check_completion(facts: Facts) -> None:
    if not facts.completed:
        raise DomainError(_l("Completion has not been recorded yet: the page “Completion” shows what is missing."))


def check_attendance(facts: Facts) -> None:
    if facts.attendance_percent is None or not facts.planned_minutes:
        raise DomainError(
            _l("This course has no attendance rule. It is completed by a result: issue certificates of completion.")
        )
    if facts.left:
        raise DomainError(_l("Left the session before its end."))
    if facts.last_meeting_ends_at is None or facts.now < facts.last_meeting_ends_at:
        raise DomainError(_l("The last meeting is not over yet: certificates of attendance can be issued after it."))
    if facts.attended_minutes * 100 < facts.attendance_percent * facts.planned_minutes:
        raise DomainError(
            _l(
                "Attended %(percent)s%% of the planned hours; the rule asks for %(needed)s%%.",
                percent=facts.attended_minutes * 100 // facts.planned_minutes,
                needed=facts.attendance_percent,
            )
        )


def check_printable(unprintable: str) -> None:
    """Raise DomainError that names the characters, where there are some that the certificate cannot show."""
    if unprintable:
        raise DomainError(
            _l(
                "These characters cannot be printed: %(characters)s. Certificates are printed in Latin and Cyrillic "
                "letters: write the name in one of them, for example as in the passport.",
                characters=" ".join(name_of(character) for character in unprintable),
            )
        )


def name_of(character: str) -> str:
    """The character itself, or its number where it cannot be seen."""
    return character if character.isprintable() and not character.isspace() else f"U+{ord(character):04X}"


def unprintable_in(printed: PrintedFields) -> str:
    """The characters of all printed texts that the fonts do not have, each once."""
    return missing_glyphs("".join(value for value in printed.to_dict().values() if isinstance(value, str)))


def check_change(*, revoked_at: datetime | None, replaced_at: datetime | None) -> None:
    """Raise DomainError for a certificate that was revoked or replaced already: both are for good."""
    if revoked_at:
        raise DomainError(_l("This certificate was revoked already. If it is to be valid again, issue a new one."))
    if replaced_at:
        raise DomainError(_l("This certificate was replaced already: change the one that replaced it."))


def check_reason(reason: str) -> str:
    """The reason, tidied. Raises DomainError (field ``reason``) where there is none."""
    if len(tidy(reason)) < SHORTEST_REASON:
        raise DomainError(_l("Say why: the holder will read it, and it stays in the log."), field="reason")
    return tidy(reason)
