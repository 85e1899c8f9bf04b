"""Decisions about sessions, all pure: what may be planned, which meetings clash, what a step needs."""
