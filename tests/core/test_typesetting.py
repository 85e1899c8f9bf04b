"""Printed documents: the standards hold, the same data is the same file, and monstrous words find places to break."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from trainingapp.core import typesetting
from trainingapp.core.errors import NotInTime
from trainingapp.core.typesetting import breakable, compiler, in_texts, typeset

MADE_AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
SOURCE = """\
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title)
#set text(font: d.fonts.text, fallback: false)
#heading(d.title)
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "paper.typ"
    file.write_text(SOURCE, "utf-8")
    return file


@pytest.fixture
def other_template(tmp_path: Path) -> Path:
    file = tmp_path / "other.typ"
    file.write_text(SOURCE + "#d.title again", "utf-8")
    return file


def text_of(pdf: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


def test_typeset_prints_the_data(template):
    assert text_of(typeset(template, {"title": "Список «А» – Ə"}, MADE_AT)) == "Список «А» – Ə"


def test_typeset_keeps_templates_apart(template, other_template):
    data = {"title": "List"}

    texts = [text_of(typeset(file, data, MADE_AT)) for file in (template, other_template, template)]

    assert texts == ["List", "List List again", "List"]


def test_typeset_is_archival_accessible_and_dated(template):
    reader = PdfReader(io.BytesIO(typeset(template, {"title": "List"}, MADE_AT)))

    metadata = reader.root_object["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert reader.metadata.creation_date == MADE_AT


def test_typeset_gives_the_same_file_in_every_thread(template, other_template):
    files = [template, other_template] * 6

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda file: typeset(file, {"title": "List"}, MADE_AT), files))

    assert len(set(made[::2])) == len(set(made[1::2])) == 1
    assert made[0] != made[1]


def test_compiler_is_made_once_for_each_thread_and_template(template, other_template):
    mine = compiler(template)

    with ThreadPoolExecutor(1) as pool:
        of_another_thread = pool.submit(compiler, template).result()

    assert compiler(template) is mine
    assert compiler(other_template) is not mine
    assert of_another_thread is not mine


def test_typeset_refuses_in_a_copy_of_a_process_that_has_typeset(template):
    """There typst would wait for ever for threads that were not copied: nobody would ever see the document."""
    program = f"""
import os, pathlib
from datetime import UTC, datetime
from trainingapp.core.typesetting import typeset

def paper():
    return typeset(pathlib.Path({str(template)!r}), {{"title": "List"}}, datetime.now(UTC))

paper()
child = os.fork()
if child == 0:
    try:
        paper()
    except RuntimeError as refusal:
        os._exit(7 if "begin it afresh" in str(refusal) else 1)
    os._exit(0)
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 7


def test_typeset_gives_up_on_a_document_that_does_not_come(template, monkeypatch):
    stuck = threading.Event()
    monkeypatch.setattr(typesetting, "compiled", lambda *_: stuck.wait(30))
    monkeypatch.setattr(typesetting, "PATIENCE", 0.1)

    with pytest.raises(NotInTime, match="could not be made in time"):
        typeset(template, {"title": "List"}, MADE_AT)
    stuck.set()


def test_typeset_makes_only_some_documents_at_once(template, monkeypatch):
    begun, go_on = [], threading.Event()

    def wait(*_):
        begun.append(1)
        go_on.wait(30)
        return b"%PDF"

    monkeypatch.setattr(typesetting, "compiled", wait)
    with ThreadPoolExecutor(6) as readers:
        waiting = [readers.submit(typeset, template, {"title": "List"}, MADE_AT) for _ in range(6)]
        threading.Event().wait(0.3)
        at_once = len(begun)
        go_on.set()

    assert at_once == typesetting.AT_ONCE
    assert [one.result() for one in waiting] == [b"%PDF"] * 6


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("A text of ordinary words", "A text of ordinary words"),
        ("W" * 25, "W" * 25),
        ("W" * 26, "W" * 25 + "\u200bW"),
        ("http://office.example.org/invitations/1", "http://office.example.org/invitations/1"),
        ("See https://office.example.org/sessions/12!", "See https://office.example.org/sessions/12!"),
        ("https://" + "W" * 130, "\u200b".join(["https://" + "W" * 17, *["W" * 25] * 4, "W" * 13])),
        (
            {"names": ["Щ" * 30], "count": 3, "none": None},
            {"names": ["Щ" * 25 + "\u200bЩЩЩЩЩ"], "count": 3, "none": None},
        ),
    ],
)
def test_breakable_gives_long_words_places_to_break(value, expected):
    assert breakable(value) == expected


def test_in_texts_changes_every_text_and_nothing_else():
    data = {"rows": [("a", 1), {"b": "c"}], "none": None, "yes": True}

    changed = in_texts(data, str.upper)

    assert changed == {"rows": [["A", 1], {"b": "C"}], "none": None, "yes": True}
