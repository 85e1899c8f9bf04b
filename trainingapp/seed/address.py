"""The address in the demonstration's letters: that of the last start, so that their links lead somewhere."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from trainingapp.core.db import db, transaction
from trainingapp.core.notes import find_note, note
from trainingapp.mail.models import Letter

ADDRESS = "demonstration address"


def readdress(url: str, *, now: datetime) -> None:
    """Let the letters that were written at another address lead to this one."""
    with transaction():
        before = find_note(ADDRESS)
        if before is not None and before.value != url:
            db.session.execute(sa.update(Letter).values(body=sa.func.replace(Letter.body, before.value, url)))
        note(ADDRESS, url, now=now)
