"""Letters: kept with the change they tell of, put into words and delivered after it, tried again when that fails."""

from __future__ import annotations

from trainingapp.mail.services.again import try_again, try_all_again
from trainingapp.mail.services.delivery import Delivery, deliver_due
from trainingapp.mail.services.enclosing import enclosure_of
from trainingapp.mail.services.wording import Text, put_into_words
from trainingapp.mail.services.writing import LINK, Draft, keep, keep_some

__all__ = [
    "LINK",
    "Delivery",
    "Draft",
    "Text",
    "deliver_due",
    "enclosure_of",
    "keep",
    "keep_some",
    "put_into_words",
    "try_again",
    "try_all_again",
]
