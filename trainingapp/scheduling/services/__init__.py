"""What people do with sessions, meetings, trainers and rooms. Each verb is one transaction and tells of it.

Named here so that a verb is read with its feature (``scheduling.cancel``), beside views and variables that have the
plain name. What the verbs share, their locks above all, is not.
"""

from __future__ import annotations

from trainingapp.scheduling.services.meetings import add_daily_meetings, add_meeting, change_meeting, remove_meeting
from trainingapp.scheduling.services.rooms import add_room, change_room, close_room, reopen_room
from trainingapp.scheduling.services.sessions import change, schedule
from trainingapp.scheduling.services.steps import advance, cancel, confirm, facts_of, finish, open_enrolment, start
from trainingapp.scheduling.services.trainers import assign_trainer, release_trainer

__all__ = [
    "add_daily_meetings",
    "add_meeting",
    "add_room",
    "advance",
    "assign_trainer",
    "cancel",
    "change",
    "change_meeting",
    "change_room",
    "close_room",
    "confirm",
    "facts_of",
    "finish",
    "open_enrolment",
    "release_trainer",
    "remove_meeting",
    "reopen_room",
    "schedule",
    "start",
]
