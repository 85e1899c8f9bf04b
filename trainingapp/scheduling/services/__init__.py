"""What people do with sessions, meetings, trainers and rooms. Each verb is one transaction and tells of it."""

from __future__ import annotations

from trainingapp.scheduling.rules.planning import MeetingDetails, SessionDetails
from trainingapp.scheduling.services.meetings import add_daily_meetings, add_meeting, change_meeting, remove_meeting
from trainingapp.scheduling.services.rooms import RoomDetails, add_room, change_room, close_room, reopen_room
from trainingapp.scheduling.services.sessions import change, schedule
from trainingapp.scheduling.services.steps import advance, cancel, confirm, facts_of, finish, open_enrolment, start
from trainingapp.scheduling.services.trainers import assign_trainer, release_trainer

__all__ = [
    "MeetingDetails",
    "RoomDetails",
    "SessionDetails",
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
