"""Letters: kept with the change they tell of, delivered after it, tried again when that fails."""

from __future__ import annotations

from trainingapp.notifications.services.again import try_again, try_all_again
from trainingapp.notifications.services.delivery import Delivery, deliver_due
from trainingapp.notifications.services.enclosing import enclosure_of
from trainingapp.notifications.services.writing import LINK, Draft, keep

__all__ = ["LINK", "Delivery", "Draft", "deliver_due", "enclosure_of", "keep", "try_again", "try_all_again"]
