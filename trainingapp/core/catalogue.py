"""The compiled translations, made anew whenever the texts they come from are newer."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"


def compile_if_stale(folder: Path = TRANSLATIONS) -> None:
    """Write each language's .mo file that is missing or older than its .po file."""
    for source in folder.glob("*/LC_MESSAGES/messages.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            messages = read_po(file, locale=source.parts[-3])
        handle, temporary = tempfile.mkstemp(dir=source.parent)
        with os.fdopen(handle, "wb") as file:
            write_mo(file, messages)
        Path(temporary).replace(compiled)
