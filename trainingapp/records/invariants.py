"""What must never be false of results and completions, as questions to the database."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from trainingapp.core.db import Select
from trainingapp.core.health import Invariant, text
from trainingapp.records.models import Completion, ComponentResult
from trainingapp.scheduling.models import CourseSession


def strayed_completions(_now: datetime) -> Select:
    return (
        sa.select(CourseSession.code + ": person " + text(Completion.person_id))
        .select_from(Completion)
        .join(CourseSession, CourseSession.id == Completion.course_session_id)
        .where(Completion.course_id != CourseSession.course_id)
        .order_by(CourseSession.code, Completion.person_id)
    )


def lost_results(_now: datetime) -> Select:
    """Attempts of which every result was superseded, and none took its place."""
    current = aliased(ComponentResult)
    is_current = sa.exists().where(
        current.person_id == ComponentResult.person_id,
        current.course_session_id == ComponentResult.course_session_id,
        current.attempt == ComponentResult.attempt,
        current.superseded_at.is_(None),
    )
    return (
        sa.select(CourseSession.code + ": person " + text(ComponentResult.person_id))
        .select_from(ComponentResult)
        .join(CourseSession, CourseSession.id == ComponentResult.course_session_id)
        .where(ComponentResult.superseded_at.is_not(None), sa.not_(is_current))
        .distinct()
    )


INVARIANTS = (
    Invariant(
        name="completions",
        holds="Every completion is one of the course of its session.",
        broken="Completions of another course than their session",
        hint="Somebody wrote into the database by hand. Compare the completion and course_session tables.",
        breaches=strayed_completions,
    ),
    Invariant(
        name="results",
        holds="Every result that was corrected has one that counts in its place.",
        broken="Results that were corrected, but nothing counts in their place",
        hint="Rows of component_result were deleted. Record the results again, or restore them from a backup.",
        breaches=lost_results,
    ),
)
