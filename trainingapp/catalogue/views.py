"""Where coordinators write courses and keep the topics. Reading pages stand higher up, where sessions are known."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from trainingapp.catalogue import queries, services
from trainingapp.catalogue.forms import NAMES, CourseForm, TopicForm, filled
from trainingapp.catalogue.models import Course, Topic
from trainingapp.catalogue.rules import missing_in_russian
from trainingapp.catalogue.services import CourseChangedMeanwhile
from trainingapp.core.clock import utc_now
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import LazyText, _
from trainingapp.core.permissions import AtCentre, P, can, requires
from trainingapp.core.web import see_other

bp = Blueprint("catalogue", __name__, template_folder="templates")


def course_form(course: Course | None) -> CourseForm:
    """The form with its choices: only those centres for which the reader may write courses."""
    details = queries.details_of(course) if course else None
    form = CourseForm(data={**filled(details), "version": course.version if course else ""})
    centres: list[tuple[int | str, str]] = [("", _("The whole office"))] if can(P.COURSE_EDIT, AtCentre(None)) else []
    for row in queries.centre_rows():
        if can(P.COURSE_EDIT, AtCentre(row.id)):
            centres.append((row.id, str(row.name)))
    topics = [(row.id, str(row.name)) for row in queries.topic_rows()]
    rows = queries.prerequisite_choices(course)
    courses = [(row.id, f"{row.code} – {row.title}") for row in rows]
    form.offer(centres, sorted(topics, key=lambda topic: topic[1].casefold()), courses)
    return form


@bp.route("/courses/new", methods=["GET", "POST"])
@requires(P.COURSE_EDIT)
def new_course() -> ResponseReturnValue:
    form = course_form(None)
    if form.validate_on_submit():
        with form.refusals():
            course_id = services.add_course(form.details())
            flash(_("The course is saved as a draft: only the office sees it until it is published."), "success")
            return see_other("courses.course", course_id=course_id)
    return render_template("catalogue/course_form.html", form=form, course=None, differing=[]), form.status


@bp.route("/courses/<int:course_id>/edit", methods=["GET", "POST"])
@requires(P.COURSE_EDIT, on=queries.find_course)
def edit_course(course: Course) -> ResponseReturnValue:
    course_id = course.id
    form = course_form(course)
    differing: list[LazyText] = []
    if form.validate_on_submit():
        try:
            services.change_course(course_id, form.details(), form.seen_version)
        except CourseChangedMeanwhile as error:
            form.blame(error)
            differing = take_over(form, course)
        except DomainError as error:
            form.blame(error)
        else:
            flash(_("The course is saved."), "success")
            return see_other("courses.course", course_id=course_id)
    return render_template("catalogue/course_form.html", form=form, course=course, differing=differing), form.status


def take_over(form: CourseForm, course: Course) -> list[LazyText]:
    """Let the next attempt replace the course as it is now, and say in what that differs from what was written."""
    written, saved = form.details(), queries.details_of(course)
    form.version.data = str(course.version)
    return [form[name].label.text for name in NAMES if getattr(written, name) != getattr(saved, name)]


@bp.post("/courses/<int:course_id>/publish")
@requires(P.COURSE_EDIT, on=queries.find_course)
def publish(course: Course) -> ResponseReturnValue:
    course_id = course.id
    services.publish_course(course_id, now=utc_now())
    flash(_("The course is published. Schedule a session of it so that people can take a place."), "success")
    if missing_in_russian(queries.details_of(course)):
        flash(_("Some texts are in English only. Russian readers see the English until it is translated."), "warning")
    return see_other("courses.course", course_id=course_id)


@bp.post("/courses/<int:course_id>/retire")
@requires(P.COURSE_EDIT, on=queries.find_course)
def retire(course: Course) -> ResponseReturnValue:
    course_id = course.id
    services.retire_course(course_id, now=utc_now())
    flash(_("The course is retired. Its sessions, records and certificates stay as they are."), "success")
    return see_other("courses.course", course_id=course_id)


@bp.post("/courses/<int:course_id>/delete")
@requires(P.COURSE_EDIT, on=queries.find_course)
def delete(course: Course) -> ResponseReturnValue:
    code = course.code
    services.delete_course(course.id)
    flash(_("The draft %(code)s is deleted.", code=code), "success")
    return see_other("courses.index")


@bp.route("/topics", methods=["GET", "POST"])
@requires(P.TOPICS_EDIT)
def topics() -> ResponseReturnValue:
    form = TopicForm()
    if form.validate_on_submit():
        with form.refusals():
            services.add_topic(form.code.data, form.name_en.data, form.name_ru.data)
            flash(_("The topic is added."), "success")
            return see_other("catalogue.topics")
    rows = queries.topic_rows()
    return render_template("catalogue/topics.html", form=form, rows=rows), form.status


@bp.route("/topics/<int:topic_id>/edit", methods=["GET", "POST"])
@requires(P.TOPICS_EDIT, on=queries.find_topic)
def edit_topic(topic: Topic) -> ResponseReturnValue:
    topic_id, name = topic.id, topic.name
    form = TopicForm(obj=topic)
    if form.validate_on_submit():
        with form.refusals():
            services.change_topic(topic_id, form.code.data, form.name_en.data, form.name_ru.data)
            flash(_("The topic is saved. Courses are found by its new name at once."), "success")
            return see_other("catalogue.topics")
    return render_template("catalogue/topic_form.html", form=form, name=name), form.status


@bp.post("/topics/<int:topic_id>/delete")
@requires(P.TOPICS_EDIT, on=queries.find_topic)
def delete_topic(topic: Topic) -> ResponseReturnValue:
    services.delete_topic(topic.id)
    flash(_("The topic is deleted."), "success")
    return see_other("catalogue.topics")


@bp.get("/untranslated")
@requires(P.COURSE_EDIT)
def untranslated() -> ResponseReturnValue:
    return render_template(
        "catalogue/untranslated.html",
        courses=queries.untranslated_courses(),
        topics=queries.untranslated_topics(),
        organisations=queries.untranslated_organisations(),
    )
