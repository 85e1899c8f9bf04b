"""Commands of the office's machine: `flask …`, or `python3 manage.py …`. One file for each group."""

from __future__ import annotations

from flask import Flask

from trainingapp.cli import backup, clock, doctor, office, people, serving


def register(app: Flask) -> None:
    """Add our commands to the application."""
    for group in (serving, office, people, doctor, backup, clock):
        for command in group.commands:
            app.cli.add_command(command)
