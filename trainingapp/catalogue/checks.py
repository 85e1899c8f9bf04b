"""Whether every text can be read in Russian."""

from __future__ import annotations

from trainingapp.catalogue.queries import untranslated_courses, untranslated_organisations, untranslated_topics
from trainingapp.core.health import Check, Finding, Level


def check_russian() -> Finding:
    lacking = {
        "courses": len(untranslated_courses()),
        "topics": len(untranslated_topics()),
        "organisations": len(untranslated_organisations()),
    }
    if any(lacking.values()):
        counts = ", ".join(f"{what} {count}" for what, count in lacking.items() if count)
        hint = "A coordinator finds them in the catalogue under Not translated yet."
        return Finding("russian", Level.INFO, f"Texts are lacking in Russian: {counts}.", hint)
    return Finding("russian", Level.OK, "Every course, topic and organisation has its Russian text.")


CHECKS = (Check(150, check_russian),)
