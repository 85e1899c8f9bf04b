"""Commands of the office's machine: `flask …`, or `python3 manage.py …`. One file for each group."""

from __future__ import annotations

from flask import Flask

from trainingapp.cli import office, serving


def register(app: Flask) -> None:
    """Add our commands to the application."""
    for command in (*serving.commands, *office.commands):
        app.cli.add_command(command)
