"""Which tests run, in what order, and how many at once.

``--quick`` is the everyday lane: it leaves out the lanes below, and says so. What stands in a lane takes its time
because it tries many things or starts a browser or a server; the rules that it tries have quick tests of their own.
"""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

LANES = {
    "browser": "pages in a real browser",
    "server": "the real server, from its first start",
    "hostile": "hostile input to every form and address",
    "races": "many people at once",
    "lives": "random lives of a session",
    "demonstration": "the demonstration: how it loads, and every page of it as every reader in both languages",
    "postgresql": "on PostgreSQL what runs on SQLite too, and what only PostgreSQL has",
}
TESTS = Path(__file__).parent
LONGEST = (
    "browser/test_every_page.py",
    "newcomer/test_first_start.py",
    "test_hostile.py",
    "test_pages.py",
    "browser/test_nomination_walk.py",
    "browser/test_every_stage.py",
    "enrolment/test_nominated_races.py",
    "browser/test_walk.py",
    "seed/test_loading.py",
    "cli/test_demonstration.py",
    "enrolment/test_state_machine.py",
    "test_migrations.py",
    "core/test_backup.py",
    "enrolment/test_participants_list.py",
    "enrolment/test_offer_views.py",
    "attendance/test_views.py",
    "enrolment/test_triggers_services.py",
    "cli/test_rows.py",
)  # begun first, so that no worker is left with one of them when the others have nothing more to do

hypothesis.settings.register_profile(
    "ci", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)  # no test fails because its machine is busy
hypothesis.settings.register_profile("quick", hypothesis.settings.get_profile("ci"), max_examples=10)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help=f"leave out the lanes: {', '.join(LANES)}")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("quick" if config.getoption("quick") else "ci")
    for lane, holds in LANES.items():
        config.addinivalue_line("markers", f"{lane}: {holds}; --quick leaves it out")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """One file is not shared out: its tests share what they load, and its output is seen at once."""
    paths = {Path(config.invocation_params.dir, argument.partition("::")[0]) for argument in config.args}
    return 0 if len(paths) == 1 and paths.pop().is_file() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("quick"):
        left_out = [item for item in items if lanes_of(item)]
        items[:] = [item for item in items if not lanes_of(item)]
        config.hook.pytest_deselected(items=left_out)
    items.sort(key=place_in_line)


def lanes_of(item: pytest.Item) -> set[str]:
    return LANES.keys() & {mark.name for mark in item.iter_markers()}


def place_in_line(item: pytest.Item) -> int:
    file = item.path.relative_to(TESTS).as_posix()
    return LONGEST.index(file) if file in LONGEST else len(LONGEST)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("quick"):
        terminalreporter.section("left out by --quick")
        for lane, holds in LANES.items():
            terminalreporter.line(f"{lane}: {holds} (alone: python3 manage.py test -m {lane})")
