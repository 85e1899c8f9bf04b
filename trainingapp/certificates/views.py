"""Pages about certificates: issuing, one's own, and the public check."""

from __future__ import annotations

from dataclasses import asdict
from dataclasses import replace as replace_fields
from datetime import date, datetime, timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from trainingapp.certificates import services
from trainingapp.certificates.forms import CodeForm, IssueForm, ReplaceForm, RevokeForm
from trainingapp.certificates.models import Certificate, CertificateKind, Ground
from trainingapp.certificates.papers import certificate_pdf
from trainingapp.certificates.queries import certificates as queries
from trainingapp.certificates.queries.recipients import Recipient, find_replacement_for, recipients_of
from trainingapp.certificates.rules.codes import read_code
from trainingapp.certificates.rules.contents import Occasion
from trainingapp.certificates.rules.issuing import PrintedFields, State
from trainingapp.certificates.services import IssueReport
from trainingapp.certificates.texts import WORDS, all_fields
from trainingapp.core.clock import utc_now
from trainingapp.core.db import Row
from trainingapp.core.errors import TooManyAttempts
from trainingapp.core.files import download as file_response
from trainingapp.core.i18n import _, _n
from trainingapp.core.office import the_office
from trainingapp.core.permissions import P, public, requires
from trainingapp.core.reasons import Marked, Told, joined, marked, told
from trainingapp.core.throttle import check_attempts, count_attempt
from trainingapp.core.web import see_other
from trainingapp.scheduling.models import CourseSession

bp = Blueprint("certificates", __name__, template_folder="templates")

UNKNOWN_CODES = 20
UNKNOWN_CODES_WITHIN = timedelta(minutes=10)
MOST_NAMED = 5  # messages travel in the browser's cookie, which holds four kilobytes
STANDING = {State.VALID, State.EXPIRED}


# --- issuing


@bp.route("/sessions/<int:session_id>/certificates", methods=["GET", "POST"])
@requires(P.CERTIFICATE_ISSUE, on=queries.find_session)
def session_certificates(course_session: CourseSession) -> ResponseReturnValue:
    kind = kind_wanted()
    form, certificates, recipients = issue_form(course_session, kind)
    if form.validate_on_submit():
        session_id = course_session.id
        announce(services.issue(session_id, kind, form.person_ids.data, now=utc_now(), signatory=form.signatory))
        return see_other(".session_certificates", session_id=session_id, kind=kind.value)
    page = render_template(
        "certificates/session.html",
        course_session=course_session,
        kind=kind,
        kinds=CertificateKind,
        form=form,
        possible=[one for one in recipients if one.reason is None],
        others=[one for one in recipients if one.reason is not None and not one.standing_serial],
        certificates=[with_state(row) for row in certificates],
    )
    return page, form.status


def with_state(row: Row) -> tuple[Row, State, date]:
    """A row of a certificate, its state, and the day of issue by the office's calendar."""
    office = the_office()
    return row, queries.state_of(row, office.today(utc_now())), office.today(row.issued_at)


def kind_wanted() -> CertificateKind:
    """The kind in the address, else that of completion."""
    try:
        return CertificateKind(request.args.get("kind", ""))
    except ValueError:
        return CertificateKind.COMPLETION


def issue_form(course_session: CourseSession, kind: CertificateKind) -> tuple[IssueForm, list[Row], list[Recipient]]:
    """The form, the session's certificates of that kind, and everybody who had a seat."""
    signatory = queries.last_signatory()
    form = IssueForm(data=asdict(signatory))
    rows = queries.certificates_of_session(course_session.id)
    everybody = [row.person_id for row in rows]
    occasion = Occasion(office=the_office(), signatory=signatory, now=utc_now(), issuer_id=current_user.id)
    recipients = recipients_of(course_session, kind, occasion, rows, chosen=everybody)
    form.offer(one for one in recipients if one.reason is None)
    return form, [row for row in rows if row.kind is kind], recipients


def announce(report: IssueReport) -> None:
    """Say what was issued, and who got none and why."""
    if not report.issued and not report.refused:
        flash(_("Nothing was changed: nobody new was chosen."), "info")
    if count := len(report.issued):
        flash(_n("%(num)s certificate was issued.", "%(num)s certificates were issued.", count), "success")
    for one in report.refused[:MOST_NAMED]:
        flash(_("%(name)s: %(reason)s", name=one.name, reason=one.reason), "warning")
    if more := len(report.refused[MOST_NAMED:]):
        flash(
            _n(
                "%(num)s more person got none: see the reason beside the name below.",
                "%(num)s more people got none: see the reason beside each name below.",
                more,
            ),
            "warning",
        )


# --- one certificate


@bp.get("/certificates/<int:certificate_id>")
@requires(P.CERTIFICATE_VIEW, on=queries.find_certificate)
def certificate(found: Certificate) -> str:
    office = the_office()
    return render_template(
        "certificates/certificate.html",
        certificate=found,
        printed=PrintedFields.from_dict(found.printed),
        state=queries.state_of(found, office.today(utc_now())),
        replacement=queries.find_replacement(found),
        check_url=office.check_url(found.code),
        office_zone=office.time_zone,
        log=log_of(found),
        **paper_of(found),
    )


def log_of(found: Certificate) -> list[tuple[datetime, str | None, str, Told | Marked | None]]:
    """When, who, what and why, for the macro that lists it; the newest first."""
    issuer = found.issued_by.name.full if found.issued_by else None
    before = found.replaces
    issued = _("Issued in place of %(serial)s", serial=before.serial) if before else _("Issued")
    entries: list[tuple[datetime, str | None, str, Told | Marked | None]] = [
        (found.issued_at, issuer, issued, told(before.replacement_reason) if before else None)
    ]
    if found.replaced_at:
        entries.insert(0, (found.replaced_at, None, _("Replaced"), told(found.replacement_reason)))
    if found.revoked_at:
        entries.insert(0, (found.revoked_at, None, _("Revoked"), why_revoked(found)))
    return entries


def why_revoked(found: Certificate) -> Marked:
    """The ground that strangers are told as well, and the remark for the holder."""
    ground = str(found.revocation_ground.label) if found.revocation_ground else ""
    return joined(part for part in (ground, marked("%s", told(found.revocation_reason))) if part)


def paper_of(found: Certificate) -> dict[str, object]:
    """All printed fields with their labels, in both languages, for the macro that shows them side by side."""
    printed = PrintedFields.from_dict(found.printed)
    return {"paper": [(language, all_fields(printed, language)) for language in WORDS]}


def find_to_download(certificate_id: int, language: str) -> Certificate | None:
    return queries.find_certificate(certificate_id)


@bp.get("/certificates/<int:certificate_id>/<any(en, ru, both):language>.pdf")
@requires(P.CERTIFICATE_VIEW, on=find_to_download)
def download(found: Certificate) -> ResponseReturnValue:
    office = the_office()
    if queries.state_of(found, office.today(utc_now())) not in STANDING:
        flash(_("This certificate is no longer valid, so it cannot be downloaded."), "warning")
        return redirect(url_for(".certificate", certificate_id=found.id))
    language = (request.view_args or {})["language"]
    printed = PrintedFields.from_dict(found.printed)
    pdf = certificate_pdf(printed, language, office.check_url(found.code), found.issued_at)
    return file_response(pdf, file_name(printed, language), "application/pdf")


def file_name(printed: PrintedFields, language: str) -> str:
    """ "Сертификат ROCB-2026-000123 Айгерім Омарова.pdf": in the language of the paper."""
    spoken = "ru" if language == "ru" else "en"
    name = printed.name(spoken).replace("/", " ").replace("\\", " ")
    return f"{WORDS[spoken].certificate} {printed.serial} {name}.pdf"


@bp.route("/certificates/<int:certificate_id>/revoke", methods=["GET", "POST"])
@requires(P.CERTIFICATE_ISSUE, on=queries.find_certificate)
def revoke(found: Certificate) -> ResponseReturnValue:
    form = RevokeForm()
    certificate_id = found.id
    if form.validate_on_submit():
        with form.refusals():
            services.revoke(certificate_id, form.reason.data or "", ground=Ground(form.ground.data), now=utc_now())
            flash(_("The certificate was revoked. From now on the check page says so."), "success")
            return see_other(".certificate", certificate_id=certificate_id)
    return render_template("certificates/revoke.html", form=form, certificate=found), form.status


@bp.route("/certificates/<int:certificate_id>/replace", methods=["GET", "POST"])
@requires(P.CERTIFICATE_ISSUE, on=queries.find_certificate)
def replace(found: Certificate) -> ResponseReturnValue:
    signatory = queries.last_signatory()
    form = ReplaceForm(data=asdict(signatory))
    certificate_id = found.id
    if form.validate_on_submit():
        with form.refusals():
            new = services.replace(certificate_id, form.given or "", now=utc_now(), signatory=form.signatory)
            flash(_("The new certificate is issued. The old one shows that it was replaced."), "success")
            return see_other(".certificate", certificate_id=new.id)
    occasion = Occasion(office=the_office(), signatory=signatory, now=utc_now(), issuer_id=current_user.id)
    recipient = find_replacement_for(found, occasion)
    page = render_template(
        "certificates/replace.html",
        form=form,
        certificate=found,
        recipient=recipient,
        changes=changes_of(found, recipient),
    )
    return page, form.status


def changes_of(found: Certificate, recipient: Recipient | None) -> list[tuple[str, str, str]]:
    """Label, printed and new value of what a replacement would say differently, apart from its number and its day."""
    if recipient is None:
        return []
    old = PrintedFields.from_dict(found.printed)
    new = replace_fields(recipient.printed, serial=old.serial, code=old.code, issued_on=old.issued_on)
    changes = []
    for language in WORDS:
        before, after = dict(all_fields(old, language)), dict(all_fields(new, language))
        labels = dict.fromkeys([*before, *after])
        changes += [
            (label, before.get(label, ""), after.get(label, ""))
            for label in labels
            if before.get(label) != after.get(label)
        ]
    return changes


# --- the public check


@bp.get("/verify")
@public
def verify() -> ResponseReturnValue:
    form = CodeForm(request.args, meta={"csrf": False})
    if "code" not in request.args:
        return render_template("certificates/verify.html", form=CodeForm(None, meta={"csrf": False}))
    if form.validate() and (code := read_code(form.code.data)):
        return redirect(url_for(".check", code=code))
    if not form.code.errors:
        form.code.errors = [
            _("This is not a code of a certificate: it has 20 letters and digits, in four groups of five.")
        ]
    return render_template("certificates/verify.html", form=form), 422


@bp.get("/verify/<code>")
@public
def check(code: str) -> ResponseReturnValue:
    canonical = read_code(code)
    if canonical and canonical != code:
        return redirect(url_for(".check", code=canonical))
    try:
        found = find_by_code(canonical)
    except TooManyAttempts as error:
        return unlisted(render_template("certificates/unknown.html", code=code, refusal=error.message), 429)
    if found is None:
        return unlisted(render_template("certificates/unknown.html", code=code, refusal=None), 404)
    page = render_template(
        "certificates/check.html",
        certificate=found,
        printed=PrintedFields.from_dict(found.printed),
        state=queries.state_of(found, the_office().today(utc_now())),
        replacement=queries.find_replacement(found),
        office_zone=the_office().time_zone,
        **paper_of(found),
    )
    return unlisted(page, 200)


def find_by_code(code: str | None) -> Certificate | None:
    """The certificate; unknown codes are counted by address. Raises TooManyAttempts for somebody who is guessing.

    A good code is always answered: many people of an administration may share one address.
    """
    found = queries.find_by_code(code) if code else None
    if found is None:
        key, now = f"verify:{request.remote_addr}", utc_now()
        check_attempts(key, UNKNOWN_CODES, UNKNOWN_CODES_WITHIN, now)
        count_attempt(key, UNKNOWN_CODES_WITHIN, now)
    return found


def unlisted(page: str, status: int) -> Response:
    """The page, which no search engine is to keep: it names a person."""
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
