"""Who issues certificates: the office's name, its calendar and its public address, from the settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app

from trainingapp.core.clock import today_in


@dataclass(frozen=True)
class Office:
    """The office as it stands on a certificate."""

    name_en: str
    name_ru: str
    time_zone: str
    public_url: str

    def today(self, now: datetime) -> date:
        """The date by the office's calendar: certificates are issued and expire by it."""
        return today_in(self.time_zone, now)

    def check_url(self, code: str) -> str:
        """The address that is printed, also as a QR code, and under which a stranger checks the certificate."""
        return f"{self.public_url}/verify/{code}"


def the_office() -> Office:
    settings = current_app.config
    return Office(
        settings["OFFICE_NAME_EN"], settings["OFFICE_NAME_RU"], settings["OFFICE_TIME_ZONE"], settings["PUBLIC_URL"]
    )
