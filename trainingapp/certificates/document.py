"""A certificate as PDF: archival (PDF/A-2a), accessible (PDF/UA-1), and the same bytes every time."""

from __future__ import annotations

import io
import json
import re
import threading
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import segno
import typst

from trainingapp.certificates.glyphs import FAMILIES, FOLDERS
from trainingapp.certificates.rules import PrintedFields
from trainingapp.certificates.wording import WORDS, facts, marks

TEMPLATE = Path(__file__).with_name("certificate.typ")
BOTH = "both"
LONG_RUN = re.compile(r"(\S{25})(?=\S)")
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]

_local = threading.local()


def compiler() -> typst.Compiler:
    """This thread's compiler: it keeps the fonts and the parsed template, and must not be shared."""
    if not hasattr(_local, "compiler"):
        _local.compiler = typst.Compiler(
            str(TEMPLATE), font_paths=[str(folder) for folder in FOLDERS], ignore_system_fonts=True
        )
    made: typst.Compiler = _local.compiler
    return made


@lru_cache(maxsize=1024)
def qr_code(url: str) -> str:
    """The address as SVG. The arguments keep segno from trying all masks, which would take five times as long."""
    picture = io.BytesIO()
    code = segno.make(url, error="m", mask=2, boost_error=False, micro=False)
    code.save(picture, kind="svg", xmldecl=False, border=0, dark="#14284b")
    return picture.getvalue().decode()


def breakable(value: Any) -> Any:
    """The texts with places where a monstrous word may break, so that it cannot run over the edge."""
    if isinstance(value, str):
        return LONG_RUN.sub("\\1\u200b", value)
    if isinstance(value, dict):
        return {key: breakable(item) for key, item in value.items()}
    return [breakable(item) for item in value] if isinstance(value, list | tuple) else value


def column(printed: PrintedFields, language: str) -> dict[str, Any]:
    """What one language's half of the certificate says."""
    words = WORDS[language]
    opening, closing = words.quotes
    head, _space, rest = words.titles[printed.kind].partition(" ")
    other = printed.name("ru" if language == "en" else "en")
    text = partial(printed.text, language=language)
    return {
        "lang": language,
        "title": [head, rest],
        "issuer": text("issuer"),
        "introduction": words.introductions[printed.kind],
        "name": printed.name(language),
        "second_name": other if printed.name_native else None,
        "organisation": text("organisation"),
        "statement": words.statements[printed.kind],
        "course": opening + text("title") + closing,
        "facts": facts(printed, language),
        "marks": marks(printed, language),
        "signatory": [text("signatory_name") or words.signature, text("signatory_post")],
        "check": words.check,
        "note": text("note"),
    }


def certificate_pdf(printed: PrintedFields, language: str, url: str, issued_at: datetime) -> bytes:
    """The certificate as PDF, on one A4 page.

    ``language`` is "en", "ru" or "both"; ``url`` is where a stranger checks it; ``issued_at`` is aware and stands
    in the file as its date, so that the same certificate is always the same file.
    """
    languages = ("en", "ru") if language == BOTH else (language,)
    data = {
        "columns": [breakable(column(printed, spoken)) for spoken in languages],
        "serial": printed.serial,
        "url": url,
        "qr": qr_code(url),
        "fonts": {"display": list(FAMILIES), "text": list(reversed(FAMILIES))},
    }
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    pdf = compiler().compile(
        format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=int(issued_at.timestamp())
    )
    if not isinstance(pdf, bytes):
        raise TypeError("the certificate did not become one file")
    return pdf
