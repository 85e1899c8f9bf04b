"""The demonstration loads at any hour of the day."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from trainingapp.certificates.models import Certificate
from trainingapp.core.db import db
from trainingapp.seed.demonstration import load_demonstration


@pytest.mark.demonstration
def test_demonstration_loads_while_it_is_tomorrow_in_the_east_only(app: Flask) -> None:
    evening = datetime(2026, 11, 27, 19, 30, tzinfo=UTC)  # 23:30 in Baku, 00:30 in Tashkent

    with time_machine.travel(evening, tick=False):
        load_demonstration(now=evening)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Certificate))
