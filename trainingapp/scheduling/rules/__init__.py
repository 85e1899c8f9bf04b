"""Decisions about sessions, all pure: what a plan may be, which meetings clash, what a step needs."""
