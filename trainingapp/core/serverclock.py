"""One clock for everybody: on PostgreSQL, several machines decide by the clock of the database server.

It is read whenever a connection is made, and goes on in between by the seconds that went by here: a leap of this
machine's own clock changes nothing. With SQLite all processes are on one machine, and its clock is the one.
"""

from __future__ import annotations

import logging
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError

LARGEST_DIFFERENCE = timedelta(minutes=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """What a wall clock said at a moment, by a clock of this machine that counts seconds and only goes forward."""

    wall: datetime
    seconds: float


def seconds_gone() -> float:
    """Seconds that only go forward. They go on while the machine sleeps, where it can tell: sleeping is no leap."""
    counter = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if counter is None else time.clock_gettime(counter)


class ServerClock:
    """The database server's clock as this process knows it. ``ahead``: how far this machine's clock was before it."""

    def __init__(self) -> None:
        self.reading: Reading | None = None
        self.ahead = timedelta()
        self.engine: Engine | None = None

    def follow(self, engine: Engine) -> None:
        """From now on, read the clock of this database's server whenever a connection is made."""
        self.engine, self.reading, self.ahead = engine, None, timedelta()
        event.listen(engine, "connect", self.read)

    def leave(self) -> None:
        """Go by this machine's clock again."""
        if self.engine is not None:
            event.remove(self.engine, "connect", self.read)
        self.engine = self.reading = None

    def now(self) -> datetime | None:
        """This moment on the server's clock; None where no server is followed, or it does not answer."""
        if self.engine is not None and self.reading is None:
            self.connect(self.engine)
        return self.at(seconds_gone()) if self.reading else None

    def connect(self, engine: Engine) -> None:
        try:
            engine.connect().close()
        except SQLAlchemyError:
            log.warning("the clock of the database server cannot be read")

    def at(self, seconds: float) -> datetime:
        assert self.reading is not None
        return self.reading.wall + timedelta(seconds=seconds - self.reading.seconds)

    def read(self, dbapi: DBAPIConnection, _record: object) -> None:
        """Ask the server what time it is. Half of the time until the answer is its way here."""
        asked = seconds_gone()
        with closing(dbapi.cursor()) as cursor:
            wall = cursor.execute("SELECT clock_timestamp()").fetchone()[0].astimezone(UTC)
        dbapi.rollback()
        self.take(Reading(wall, (asked + seconds_gone()) / 2), slack=(seconds_gone() - asked) / 2)

    def take(self, found: Reading, slack: float) -> None:
        """Go by what was found, unless it may be what we knew: a slow answer is no reason to set a clock."""
        self.compare(found)
        if self.reading is None or abs(found.wall - self.at(found.seconds)) > timedelta(seconds=slack):
            self.reading = found

    def compare(self, found: Reading) -> None:
        """Note how far this machine's clock is off, and say so in the log when that begins."""
        before, here = self.ahead, datetime.now(UTC) - timedelta(seconds=seconds_gone() - found.seconds)
        self.ahead = here - found.wall
        if abs(self.ahead) > LARGEST_DIFFERENCE >= abs(before):
            log.warning("this machine's clock is %s the database server's", self.difference())

    def difference(self) -> str:
        """How far this machine's clock is off, in words."""
        minutes = round(abs(self.ahead).total_seconds() / 60)
        return f"{minutes} minutes {'ahead of' if self.ahead > timedelta() else 'behind'}"


SERVER = ServerClock()  # of this process
