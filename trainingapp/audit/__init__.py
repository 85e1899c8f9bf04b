"""The audit log: every change of state, who made it, from where, and what it changed."""
