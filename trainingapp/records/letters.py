"""Letters about completions."""

from __future__ import annotations

from trainingapp.core.bus import afterwards
from trainingapp.mail.letters.writing import tell_one, this_moment
from trainingapp.records.events import CompletionRecorded, CompletionWithdrawn
from trainingapp.records.queries import completions_of


@afterwards(CompletionRecorded)
def congratulate(event: CompletionRecorded) -> None:
    completion = completions_of(event.course_session_id)[event.person_id]
    tell_one(
        "completed",
        event.person_id,
        f"completed:{completion.id}",
        event.course_session_id,
        valid_until=completion.valid_until,
    )


@afterwards(CompletionWithdrawn)
def tell_of_lost_completion(event: CompletionWithdrawn) -> None:
    reason = f"completion-withdrawn:{event.course_session_id}:{this_moment()}"
    tell_one("completion_withdrawn", event.person_id, reason, event.course_session_id, reason_given=event.reason)
