"""How letters are written, and those about accounts, which stand below the post office and cannot say their own."""

from __future__ import annotations

from trainingapp.mail.letters import accounts

__all__ = ["accounts"]
