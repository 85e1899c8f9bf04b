"""Where the pages of letters belong in the menu."""

from __future__ import annotations

BELONGING = {
    "desk.my_training": ("mail.my_letters", "mail.letter"),
    "desk.administrator": ("mail.all_letters",),
    "scheduling.sessions": ("mail.session_letters",),
}
