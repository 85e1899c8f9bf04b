"""Decisions about places: how one joins a session, and how its seats move."""
