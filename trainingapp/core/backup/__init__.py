"""The whole office in one file: made while people work, proved whole, and put back all at once.

The file is a zip with a manifest. It holds the database and the files that people handed in; SECRET_KEY is
not in it. Decision record 10 says why.
"""

from __future__ import annotations

from trainingapp.core.backup.archive import Manifest, Refused, verify
from trainingapp.core.backup.making import make
from trainingapp.core.backup.restoring import restore

__all__ = ["Manifest", "Refused", "make", "restore", "verify"]
