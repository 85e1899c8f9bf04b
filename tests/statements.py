"""What is said to the database while something runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

LOG_OF_LOOKS = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM) (throttle|audit_entry|audit_subject)\b")
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


@contextmanager
def writes(engine: Engine) -> Iterator[list[str]]:
    """Collects the statements by which the block changes something; a line in the log about a look is no change."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(WRITES) and not LOG_OF_LOOKS.match(statement.lstrip()):
            statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
