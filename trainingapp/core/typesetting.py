"""Printed documents: archival (PDF/A-2a), accessible (PDF/UA-1), and the same bytes every time.

A document is a typst template beside the feature that prints it, and data. The template reads the data as JSON from
``sys.inputs.data``; ``fonts`` stands in it besides.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from pathlib import Path

import typst

from trainingapp.core.errors import NotInTime
from trainingapp.core.glyphs import FAMILIES, FOLDERS
from trainingapp.core.i18n import _l

PACKAGE = Path(__file__).resolve().parents[1]
AT_ONCE = 2  # documents
PATIENCE = 20  # seconds for one
ADDRESS = r"https?://\S{1,120}(?!\S)"
LONG_RUN = re.compile(rf"({ADDRESS})|(\S{{25}})(?=\S)")
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
FONTS = {"display": list(FAMILIES), "text": list(reversed(FAMILIES))}

_local = threading.local()


@cache
def typesetters() -> tuple[int, ThreadPoolExecutor]:
    """The threads that typeset, and the process that they live in: typst's own threads are in no copy of it."""
    return os.getpid(), ThreadPoolExecutor(AT_ONCE, thread_name_prefix="typesetting")


def compiler(template: Path) -> typst.Compiler:
    """This thread's compiler of the template: it keeps the fonts and the parsed template, and must not be shared."""
    made: dict[Path, typst.Compiler] = _local.__dict__.setdefault("compilers", {})
    if template not in made:
        made[template] = typst.Compiler(
            str(template), font_paths=[str(folder) for folder in FOLDERS], ignore_system_fonts=True
        )
    return made[template]


def typeset(template: Path, data: Mapping[str, object], made_at: datetime) -> bytes:
    """The document as PDF.

    ``made_at`` is aware and stands in the file as its date, so that the same data is always the same file. Every
    text must be one that the fonts have (see ``core.glyphs``): the standards forbid a letter that cannot be shown.

    Raises NotInTime when it takes too long, and RuntimeError in a forked copy of a process that has typeset before:
    there it would wait for ever. In a transaction everybody else waits for it: only the invitations of a call, of which
    fifty take a second, are made in one (decision record 4).
    """
    inputs = {"data": json.dumps({**data, "fonts": FONTS}, ensure_ascii=False)}
    process, threads = typesetters()
    if process != os.getpid():
        raise RuntimeError("this process is a copy of one that has typeset: begin it afresh (spawn)")
    document = threads.submit(compiled, template, inputs, int(made_at.timestamp()))
    try:
        return document.result(PATIENCE)
    except TimeoutError:
        document.cancel()
        raise NotInTime(_l("The document could not be made in time. Please try again in a minute.")) from None


def paper_pdf(paper: Mapping[str, object]) -> bytes:
    """A paper that was kept to be typeset later: ``template`` is its file within the package, ``made_at`` its moment.

    The same paper is always the same file. Raises NotInTime; not to be called in a transaction.
    """
    return typeset(PACKAGE / str(paper["template"]), paper, datetime.fromisoformat(str(paper["made_at"])))


def compiled(template: Path, inputs: dict[str, str], timestamp: int) -> bytes:
    pdf = compiler(template).compile(format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=timestamp)
    if not isinstance(pdf, bytes):
        raise TypeError("the document did not become one file")
    return pdf


def breakable(value: object) -> object:
    """The texts with places where a monstrous word may break, so that it cannot run over the edge.

    A template shows them as an empty box (``#show "\\u{200b}": box()``), so that what is copied from the paper is
    what was typed. Addresses of a usual length are left alone: typst knows where these may break.
    """
    return in_texts(value, lambda text: LONG_RUN.sub(lambda run: run[1] or run[2] + "\u200b", text))


def in_texts(value: object, change: Callable[[str], str]) -> object:
    """The same data with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: in_texts(item, change) for key, item in value.items()}
    return [in_texts(item, change) for item in value] if isinstance(value, list | tuple) else value
