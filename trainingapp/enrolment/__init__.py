"""Places: every way to a seat on a course session, and why."""
