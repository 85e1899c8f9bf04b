"""What `flask doctor` finds about the machine and the settings that the office runs with."""

from __future__ import annotations

from pathlib import Path

from flask import current_app

from trainingapp.core.clock import utc_now
from trainingapp.core.clockwatch import find_pause, hours_of
from trainingapp.core.demonstration import is_demonstration
from trainingapp.core.files import is_open_to_others
from trainingapp.core.health import Finding, Level, shortened
from trainingapp.core.office import office_contact
from trainingapp.core.proxies import Misfit, find_misfit
from trainingapp.core.serverclock import LARGEST_DIFFERENCE, SERVER


def check_privacy() -> Finding:
    """Whether other users of the machine can read what the office keeps."""
    folder, files = Path(current_app.config["DATA_DIR"]), Path(current_app.config["FILES_DIR"])
    ours = [folder, files, *folder.glob("*.sqlite3*"), folder / "secret_key"]
    shown = [str(path) for path in ours if path.exists() and is_open_to_others(path)]
    if shown:
        hint = f"chmod -R go= {folder} {files}"
        return Finding("privacy", Level.WARNING, f"Other users of this machine may read {shortened(shown)}.", hint)
    return Finding("privacy", Level.OK, "The database and the files are closed to other users of this machine.")


def check_contact() -> Finding:
    """Whether people learn whom to ask."""
    if not current_app.config["OFFICE_EMAIL"]:
        text = "Letters, papers and pages tell people to write to the office, and do not say where."
        return Finding("contact", Level.WARNING, text, "Set OFFICE_EMAIL, and OFFICE_PHONE if the office has one.")
    return Finding("contact", Level.OK, f"People are told to ask {office_contact.plain}.")


def check_proxies() -> Finding:
    """Whether the requests that came fit the number of reverse proxies in the settings."""
    count = current_app.config["PROXY_COUNT"]
    found = find_misfit()
    if found is Misfit.MORE:
        text = "Requests come through a reverse proxy, but PROXY_COUNT is 0: all visitors seem to have one address."
        hint = "Set PROXY_COUNT to the number of proxies in front: 1 for one nginx, Caddy or Apache."
        return Finding("proxies", Level.WARNING, text, hint)
    if found is Misfit.FEWER:
        text = f"PROXY_COUNT is {count}, but requests come through fewer proxies: visitors can make up their address."
        hint = "Set PROXY_COUNT to the number of proxies in front; 0 where there is none."
        return Finding("proxies", Level.WARNING, text, hint)
    return Finding("proxies", Level.OK, f"No request has shown that PROXY_COUNT ({count}) is wrong.")


def check_clock() -> Finding:
    """Whether automatic work stands still because the clock leapt."""
    pause = find_pause()
    if pause is not None:
        text = f"The clock leapt by {hours_of(pause)} hours, noticed at {pause.noted_at:%Y-%m-%d %H:%M} UTC. Offers, "
        text += f"reminders and starts wait. Now it shows {utc_now():%Y-%m-%d %H:%M} UTC."
        return Finding("clock", Level.ERROR, text, "Set the machine's clock right, then run `flask clock accept`.")
    return Finding("clock", Level.OK, "The clock has not leapt since automatic work began.")


def check_difference() -> Finding:
    """Whether this machine's clock is that of the database's server, by which the office decides."""
    if abs(SERVER.ahead) > LARGEST_DIFFERENCE:
        text = (
            f"This machine's clock is {SERVER.difference()} the database server's. Deadlines go by the server's clock."
        )
        hint = "Let both machines set their clocks by NTP (`timedatectl set-ntp true`); see which of them is wrong."
        return Finding("clock.difference", Level.WARNING, text, hint)
    return Finding("clock.difference", Level.OK, "This machine and the database agree on the time.")


def check_demonstration() -> Finding:
    """Whether people work in earnest on the demonstration's database, or the other way round."""
    if is_demonstration() and not current_app.config["DEMONSTRATION"]:
        text = "This database was filled by the demonstration: everybody knows the passwords in it. Nobody can sign in."
        return Finding(
            "demonstration", Level.ERROR, text, "Let DATABASE_URL or DATA_DIR lead to a database of your own."
        )
    if current_app.config["DEMONSTRATION"] and not is_demonstration():
        text = "The settings are those of the demonstration, the database is not."
        return Finding("demonstration", Level.INFO, text, "For real use set APP_CONFIG to config.Production.")
    return Finding("demonstration", Level.OK, "Settings and database belong together.")
