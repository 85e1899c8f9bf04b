"""What is read on paper, and what is copied from it."""

from __future__ import annotations

import io
import re

import pypdf

INVISIBLE = re.compile(rb"/ActualText\s*<(?:[0-9A-F]{4})*?200B", re.IGNORECASE)


def read_pdf(pdf: bytes) -> str:
    """The text of all pages."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def links_of(pdf: bytes) -> set[str]:
    """Where the links on its pages lead."""
    marks = [mark.get_object() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages for mark in page.get("/Annots", [])]
    return {str(mark["/A"]["/URI"]) for mark in marks if "/URI" in mark.get("/A", {})}


def is_copied_as_shown(pdf: bytes) -> bool:
    """Whether whoever copies text gets no zero-width space with it: an address with one leads nowhere."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return not any(INVISIBLE.search(page.get_contents().get_data()) for page in pages if page.get_contents())
