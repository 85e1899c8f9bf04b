"""Measures on SQLite and on PostgreSQL, prints tables in Markdown; ends with 1 when something is not as it must be."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask

import config
from tests import postgres
from tests.bench import calls, doctor, measures
from trainingapp.app import create_app
from trainingapp.cli.processes import keep_what_is_loaded
from trainingapp.core.clock import utc_now
from trainingapp.core.db import db

ABSENT = "–"
RATIOS = ("1.6", "2", "1.6", "3", "15")  # that the pages are to have to the floor, in the order of `page_ratios`


@dataclass(frozen=True)
class Findings:
    """What was measured on one engine."""

    engine: str
    ratios: dict[str, float]
    selection: float
    queries: dict[str, list[int]]
    rush: measures.Rush


@contextmanager
def application(database_url: str) -> Iterator[Flask]:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(config.Testing({"DATA_DIR": folder, "DATABASE_URL": database_url}))
        measures.add_floor(app)
        keep_what_is_loaded()
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def measure(database_url: str) -> Findings:
    with application(database_url) as app:
        say(f"measuring on {db.engine.dialect.name} …")
        return Findings(
            queries=measures.queries_per_page(app),
            ratios=measures.page_ratios(app),
            selection=measures.selection_ratio(app),
            rush=measures.rush(app),
            engine=engine_name(),
        )


def engine_name() -> str:
    question = "SELECT sqlite_version()" if db.engine.dialect.name == "sqlite" else "SHOW server_version"
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[db.engine.dialect.name]
    return f"{name} {str(db.session.scalar(sa.text(question))).split()[0]}"


def measure_all() -> list[Findings]:
    """On SQLite, and on PostgreSQL where there is one: without it only CI fails."""
    findings = [measure("")]
    try:
        with postgres.server() as url:
            findings.append(measure(postgres.create_database(url, "bench")))
    except postgres.PostgresUnavailable as error:
        say(str(error))
        if os.environ.get("CI"):
            sys.exit(1)
    return findings


def say(text: str) -> None:
    """To the person who waits, not into the table."""
    print(text, file=sys.stderr, flush=True)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def speed_table(findings: list[Findings], certificates: float) -> str:
    crowd = f"{measures.OFFICERS} officers, {measures.SEATS} places, {measures.THREADS} threads"
    seats = f"exactly {measures.SEATS} placed"
    engines = [found.engine for found in findings]
    return table(
        ["What", *engines, "Aim"],
        [
            *(
                [page, *[f"{found.ratios[page]:.2f} ×" for found in findings], f"at most {aim} ×"]
                for page, aim in zip(findings[0].ratios, RATIOS, strict=True)
            ),
            [
                f"The selection among {measures.CANDIDATES:,} candidates of {calls.ADMINISTRATIONS} administrations",
                *[f"{found.selection:.0f} ×" for found in findings],
                "at most 60 ×",
            ],
            [
                f"Place decisions per second: {crowd}",
                *[f"{found.rush.per_second:.0f} ({found.rush.placed} placed)" for found in findings],
                seats,
            ],
            ["Certificates per second per core", f"{certificates:.0f}", *[ABSENT] * (len(engines) - 1), "at least 40"],
        ],
    )


def queries_table(findings: list[Findings]) -> str:
    sizes = ", ".join(f"{size:,}" for size in measures.SIZES)
    head = [f"Queries per page with {sizes} rows", *[found.engine for found in findings]]
    pages = findings[0].queries
    rows = [[page, *[", ".join(map(str, found.queries[page])) for found in findings]] for page in pages]
    return table(head, rows)


def faults(findings: list[Findings]) -> list[str]:
    """What is wrong, whatever the machine: places, and pages that ask more when there is more to show."""
    wrong = [f"{found.engine}: the rush ended with {found.rush}" for found in findings if not found.rush.is_right]
    for found in findings:
        growing = {page: counts for page, counts in found.queries.items() if len(set(counts)) > 1}
        wrong += [f"{found.engine}: {page} asks {counts} times" for page, counts in growing.items()]
    return wrong


def main() -> None:
    findings = measure_all()
    say("making certificates …")
    certificates = measures.certificates_per_second()
    print(f"\n`python3 manage.py bench` on {utc_now():%d %B %Y}: Python {platform.python_version()}, ", end="")
    print(f"{os.cpu_count()} cores\n\n{speed_table(findings, certificates)}\n\n{queries_table(findings)}\n")
    wrong = faults(findings)
    sys.exit("\n".join(wrong) if wrong else 0)


def main_doctor(places: int) -> None:
    """The self-check, finding by finding: `python3 manage.py bench doctor 1000000`. Not part of a usual run."""
    with application(os.environ.get("BENCH_DATABASE_URL", "")):
        say(f"writing {places:,} places …")
        found = doctor.seconds_by_finding(places)
        print(table(["Finding", engine_name()], [[name, f"{taken:.2f} s"] for name, taken in found.items()]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["doctor"]:
        main_doctor(int(sys.argv[2]) if sys.argv[2:] else 1_000_000)
    else:
        main()
