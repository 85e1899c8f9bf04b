"""One application per engine for the whole run, emptied after each test; clients that inspect every page."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

import config
from tests import builders, postgres
from tests.pages import PageClient
from trainingapp.accounts.models import Person
from trainingapp.app import create_app
from trainingapp.core.clock import standing_at, utc_now
from trainingapp.core.db import Base, db, transaction
from trainingapp.seed.demonstration import load_demonstration

pytest_plugins = ["tests.lanes", "tests.postbox"]

ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))
BOTH_ENGINES = {"test_services.py", "test_races.py", "test_queries.py", "test_handlers.py"}


class Compiled(BytecodeCache):
    """What templates were compiled to, for all applications of this process: each would begin anew."""

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What writes runs on both engines; pages, which only show it, on SQLite."""
    if "engine_name" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker
        both = metafunc.definition.path.name in BOTH_ENGINES or marked("both_engines")
        engines = ENGINES[1:] if marked("only_postgresql") else ENGINES if both else ENGINES[:1]
        metafunc.parametrize("engine_name", engines, scope="session", indirect=True)


@pytest.fixture(scope="session")
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL; without one the test is skipped with a way to get it, and in CI it fails."""
    try:
        with postgres.server() as url:
            yield url
    except postgres.PostgresUnavailable as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def application(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp(engine_name)
    settings = {"DATA_DIR": str(folder)}
    if engine_name == "postgresql":
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        settings["DATABASE_URL"] = postgres.create_database(request.getfixturevalue("postgres_url"), f"test_{worker}")
    app = create_app(config.Testing(settings))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        if engine_name == "sqlite":
            db.engine.dispose()
            shutil.copyfile(database_file(app), database_file(app).with_suffix(".empty"))
    yield app
    with app.app_context():
        db.engine.dispose()


def database_file(app: Flask) -> Path:
    return Path(sa.engine.make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or "")


def empty(app: Flask) -> None:
    """Forget everything: for SQLite the empty file again, for PostgreSQL empty tables."""
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            Path(f"{database_file(app)}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(database_file(app).with_suffix(".empty"), database_file(app))
        return
    with db.engine.begin() as connection:
        postgres.empty(connection, Base.metadata.tables)


@pytest.fixture
def app(application: Flask) -> Iterator[Flask]:
    """The application with an empty database, inside its context. Fails a test that leaves changes uncommitted."""
    with application.app_context():
        yield application
        session = db.session()
        left = list(session.new) + list(session.dirty) + list(session.deleted)
        empty(application)
    assert not left, f"changes were left uncommitted: {left}"


@pytest.fixture
def client_as(app: Flask) -> Callable[..., PageClient]:
    """``client_as(person)`` or ``client_as(None, language="ru")``: a browser of that reader, which inspects pages."""

    def sign_in(person: Person | None = None, language: str | None = None) -> PageClient:
        client = PageClient(app)
        with client.session_transaction() as browser:
            if person is not None:
                browser["_user_id"] = builders.a_sign_in(person)
            if language:
                browser["language"] = language
        if person is not None and language:  # the own language of somebody who is signed in is stronger
            with transaction():
                db.session.get_one(Person, person.id).language = language
        return client

    return sign_in


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], Any]:
    """``with count_queries() as statements:`` collects what the block asks the database."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
                statements.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def in_threads(app: Flask) -> Callable[..., list[Any]]:
    """``in_threads([job, job, …])`` runs the jobs at once, each in its own context, and gives results or exceptions."""

    def run(jobs: list[Callable[[], Any]]) -> list[Any]:
        db.session.rollback()
        results: list[Any] = [None] * len(jobs)
        barrier = threading.Barrier(len(jobs))

        def work(index: int) -> None:
            with app.app_context():
                barrier.wait(timeout=30)
                try:
                    results[index] = jobs[index]()
                except Exception as error:
                    results[index] = error
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=work, args=(index,)) for index in range(len(jobs))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        return results

    return run


@pytest.fixture
def now() -> Any:
    return builders.NOW


@pytest.fixture
def time_stands(app: Flask) -> Iterator[None]:
    """Let the clock stand at the builders' now."""
    with standing_at(builders.NOW):
        yield


@pytest.fixture(scope="session")
def demonstration_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration office as a file of SQLite. Its folder is a DATA_DIR: change a copy, not this.

    Loading takes most of a minute, so the processes of one run share what the first of them has loaded.
    """
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = common / "demonstration", common / "demonstration.loaded"
    with closing(sqlite3.connect(common / "demonstration.lock", timeout=600)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            load(create_app(config.Testing({"DATA_DIR": str(folder)})))
            done.touch()
        own = tmp_path_factory.mktemp("demonstration") / "office"
        shutil.copytree(folder, own)
    return database_file(create_app(config.Testing({"DATA_DIR": str(own)})))


def load(app: Flask) -> None:
    with app.app_context():
        Base.metadata.create_all(db.engine)
        load_demonstration(now=utc_now())
        db.session.remove()
        db.engine.dispose()
