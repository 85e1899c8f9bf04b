"""A certificate as PDF."""

from __future__ import annotations

import io
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

import segno

from trainingapp.certificates.rules.issuing import PrintedFields
from trainingapp.certificates.texts import WORDS, course_title, facts, marks
from trainingapp.core.typesetting import breakable, typeset

TEMPLATE = Path(__file__).with_name("certificate.typ")
BOTH = "both"


@lru_cache(maxsize=1024)
def qr_code(url: str) -> str:
    """The address as SVG. The arguments keep segno from trying all masks, which would take five times as long."""
    picture = io.BytesIO()
    code = segno.make(url, error="m", mask=2, boost_error=False, micro=False)
    code.save(picture, kind="svg", xmldecl=False, border=0, dark="#14284b")
    return picture.getvalue().decode()


def column(printed: PrintedFields, language: str) -> dict[str, object]:
    """What one language's half of the certificate says."""
    words = WORDS[language]
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
        "course": course_title(printed, language),
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
    }
    return typeset(TEMPLATE, data, issued_at)
