"""Letters to read: one's own, and for the office all of them with their delivery."""

from __future__ import annotations

from flask import Blueprint, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainingapp.core.clock import utc_now
from trainingapp.core.db import Row
from trainingapp.core.errors import DomainError
from trainingapp.core.files import download
from trainingapp.core.i18n import _, _n, speaking
from trainingapp.core.permissions import P, requires
from trainingapp.core.web import page_number, paged, redirect_back
from trainingapp.mail import queries
from trainingapp.mail.models import Failure, Letter, LetterState
from trainingapp.mail.rules import can_try_again, decide_state
from trainingapp.mail.services import again, smtp
from trainingapp.mail.services.enclosing import enclosure_of
from trainingapp.mail.services.writing import LINK
from trainingapp.mail.texts import shown_subject, shown_text
from trainingapp.scheduling.models import CourseSession
from trainingapp.scheduling.queries.sessions import find_session

bp = Blueprint("mail", __name__, template_folder="templates")

LONGEST_QUESTION = 100


def state_of(letter: Letter | Row) -> LetterState:
    """What has become of a letter, or of a row with its columns."""
    return decide_state(sent_at=letter.sent_at, given_up_at=letter.given_up_at, next_try_at=letter.next_try_at)


@bp.get("/letters")
@requires(P.ACCOUNT_OWN)
def my_letters() -> ResponseReturnValue:
    letters = paged(queries.letters_of(current_user.id), page_number())
    return render_template("mail/my_letters.html", letters=letters, mail_is_set=smtp.is_set(), subject_of=shown_subject)


@bp.get("/letters/<int:letter_id>")
@requires(P.LETTER_VIEW, on=queries.find_letter)
def letter(letter: Letter) -> ResponseReturnValue:
    state, text = state_of(letter), shown_text(letter)
    return render_template(
        "mail/letter.html",
        letter=letter,
        text=text,
        paragraphs=paragraphs(letter, text.body),
        state=state,
        again=can_try_again(state, mail_is_set=smtp.is_set(), has_link=letter.access_link_id is not None),
    )


@bp.get("/letters/<int:letter_id>/attachment")
@requires(P.LETTER_VIEW, on=queries.find_attached)
def attachment(letter: Letter) -> ResponseReturnValue:
    try:
        enclosure = enclosure_of(letter.id)
    except smtp.SendingFailed as error:
        abort(404 if error.failure is Failure.FILE_GONE else 503)
    assert enclosure is not None  # the loader finds no other letters
    return download(enclosure.data, enclosure.name, enclosure.content_type)


def paragraphs(letter: Letter, body: str) -> list[list[str]]:
    """The lines of each paragraph. The personal link stays in the letter that is sent: here it is only named."""
    if letter.access_link_id is not None:
        with speaking(letter.language):
            body = body.replace(LINK, _("(personal link, only in the letter itself)"))
    return [paragraph.splitlines() for paragraph in body.split("\n\n")]


@bp.get("/letters/all")
@requires(P.LETTERS_VIEW)
def all_letters() -> ResponseReturnValue:
    state, failure, q = asked_state(), asked_failure(), asked_recipient()
    centres = queries.centres_kept_by(current_user)
    failed = state is LetterState.FAILED
    chosen = queries.given_up(q, centres, failure)
    return render_template(
        "mail/all_letters.html",
        letters=paged(queries.letters(state, q, centres=centres, failure=failure), page_number()),
        counts=queries.counts(centres),
        state=state,
        failure=failure,
        failures=queries.failures(centres),
        again=queries.count_again(chosen, utc_now()) if failed and smtp.is_set() else (0, 0),
        q=q,
        states=list(LetterState),
        without_use=without_use,
        state_of=state_of,
        subject_of=shown_subject,
        mail_is_set=smtp.is_set(),
    )


def asked_state() -> LetterState | None:
    """The state to show; anything that is none shows all."""
    return {state.value: state for state in LetterState}.get(request.values.get("state", ""))


def asked_failure() -> Failure | None:
    """The reason for which letters failed; anything that is none means all."""
    return {failure.value: failure for failure in Failure}.get(request.values.get("failure", ""))


def asked_recipient() -> str:
    return request.values.get("q", "").strip()[:LONGEST_QUESTION]


@bp.post("/letters/again")
@requires(P.LETTERS_VIEW)
def try_all_again() -> ResponseReturnValue:
    """All that failed and that the filters show: a coordinator of a centre has those about its sessions only."""
    failure, q = asked_failure(), asked_recipient()
    chosen = queries.given_up(q, queries.centres_kept_by(current_user), failure)
    try:
        sent, left = again.try_all_again(chosen, now=utc_now())
    except DomainError as error:
        flash(str(error), "danger")
    else:
        said = _n("%(num)s letter is on its way again.", "%(num)s letters are on their way again.", sent)
        flash(f"{said} {without_use(left)}".strip(), "success" if sent else "danger")
    return redirect_back("mail.all_letters", state="failed", failure=failure, q=q or None)


def without_use(left: int) -> str:
    """What is said of letters whose personal link is over; nothing where there are none."""
    if not left:
        return ""
    return _n(
        "%(num)s letter is not sent: its personal link is over. Send a new invitation from the person’s page.",
        "%(num)s letters are not sent: their personal links are over. Send new invitations from the people’s pages.",
        left,
    )


@bp.get("/sessions/<int:session_id>/letters")
@requires(P.SESSION_SCHEDULE, on=find_session)
def session_letters(course_session: CourseSession) -> ResponseReturnValue:
    letters = paged(queries.letters(course_session_id=course_session.id), page_number())
    return render_template(
        "mail/session_letters.html",
        course_session=course_session,
        letters=letters,
        state_of=state_of,
        subject_of=shown_subject,
    )


@bp.post("/letters/<int:letter_id>/again")
@requires(P.LETTERS_VIEW, on=queries.find_letter)
def try_again(letter: Letter) -> ResponseReturnValue:
    letter_id = letter.id
    try:
        again.try_again(letter_id, now=utc_now())
    except DomainError as error:
        flash(str(error), "danger")
    else:
        flash(_("The letter is on its way again: it will be sent within a minute."), "success")
    return redirect_back("mail.letter", letter_id=letter_id)
