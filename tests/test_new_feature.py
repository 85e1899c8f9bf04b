"""What a new feature costs: a toy one, planted into a copy of the package, touches few files outside itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.test_guards import PACKAGE, ROOT, lint_imports

TOY = Path(__file__).parent / "toy" / "equipment"
OUTSIDE = {  # besides the files of texts and of pages below, and a migration of its own
    "trainingapp/app.py": ('    "attendance",\n', '    "attendance",\n    "equipment",\n'),
    "trainingapp/core/permissions.py": (
        '    CALL_PREPARE = "',
        '    EQUIPMENT_LEND = "lend equipment to the participants of a session"\n    CALL_PREPARE = "',
    ),
    "pyproject.toml": ('"certificates", "attendance",', '"certificates", "equipment", "attendance",'),
}
POLICY = (
    "    P.CALL_PREPARE: coordinates,\n",
    "    P.CALL_PREPARE: coordinates,\n    P.EQUIPMENT_LEND: coordinates,\n",
)
ROOMS = ('"trainingapp.enrolment",', '"trainingapp.enrolment", "trainingapp.equipment",')
TEXTS_AND_PAGES = {"messages.pot", "messages.po", "who_may_open.csv"}
MOST = 6


def test_toy_feature_lives_by_a_few_lines_outside_itself(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "static")
    shutil.copytree(PACKAGE, tmp_path / "trainingapp", ignore=ignored)
    (tmp_path / "trainingapp" / "static").symlink_to(PACKAGE / "static")
    shutil.copytree(ROOT / "translations", tmp_path / "translations")
    shutil.copytree(TOY, tmp_path / "trainingapp" / "equipment", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, change in OUTSIDE.items():
        replace(tmp_path / name, *change)
    replace(tmp_path / "trainingapp" / "core" / "permissions.py", *POLICY)
    replace(tmp_path / "pyproject.toml", *ROOMS)

    said = live(tmp_path)

    assert "letter: Please bring it back: “Container inspection" in said
    assert "| You have borrowed this: helmet" in said
    assert "log: Equipment lent: " in said
    assert ", helmet." in said
    assert "job: True" in said
    assert "coordinator: 200 True 1 True" in said
    assert "officer: 403 False 0 False" in said
    assert "coordinator lends: 422 True" in said
    assert "officer lends: 403 False" in said
    assert "left when cancelled: 0" in said
    assert lint_imports(tmp_path)[0] == 0
    assert len(OUTSIDE) + len(TEXTS_AND_PAGES) <= MOST


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), "utf-8")


def live(folder: Path) -> str:
    """What comes of it, in a process that imports the copy."""
    paths = os.pathsep.join((str(folder), str(ROOT)))
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "tests.toy.life"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
