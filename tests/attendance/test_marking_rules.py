"""What is left to mark after a session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.scheduling.test_due_rules import NOW, TODAY, a_row
from trainingapp.attendance.rules import needs_marking


@pytest.mark.parametrize(
    ("values", "needed"),
    [
        ({"seats": 0}, False),
        ({"ends_on": TODAY}, False),
        ({}, True),
        ({"completed": 1}, False),
        ({"results_wanted": True, "results": 3}, True),
        ({"results_wanted": True, "results": 4, "passed": 0}, False),
        ({"results_wanted": True, "results": 4, "passed": 1}, True),
        ({"results_wanted": True, "results": 4, "passed": 4, "completed": 4}, False),
        ({"results_wanted": True, "results": 3, "passed": 3, "completed": 3}, True),
    ],
)
def test_what_is_left_to_mark_after_a_session(values: dict[str, Any], needed: bool) -> None:
    counts = {"seats": 4, "results_wanted": False, "results": 0, "passed": 0, "completed": 0}
    row = a_row(**{"ends_on": TODAY - timedelta(days=1), **counts, **values})

    assert needs_marking(row, NOW) is needed
