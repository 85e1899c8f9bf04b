"""Personal equipment that participants borrow for a session: an example of a whole feature, used by the tests alone."""
