"""Where people land."""

from __future__ import annotations

from collections.abc import Iterable

from trainingapp.core.permissions import Role

LANDINGS = (
    (Role.COORDINATOR, "desk.coordinator"),
    (Role.CONTACT_POINT, "desk.my_administration"),
    (Role.TRAINER, "desk.today"),
    (Role.ADMINISTRATOR, "desk.administrator"),
)


def landing_of(roles: Iterable[Role]) -> str:
    """The first page of somebody's work: of the role that has most of it to do each day."""
    held = set(roles)
    return next((endpoint for role, endpoint in LANDINGS if role in held), "desk.my_training")
