"""Where people land."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trainingapp.core.permissions import Role
from trainingapp.desk.rules import landing_of


@given(st.sets(st.sampled_from(Role)))
def test_everybody_lands_somewhere(roles: set[Role]) -> None:
    assert landing_of(roles).startswith("desk.")
