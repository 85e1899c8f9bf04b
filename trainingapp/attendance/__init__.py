"""Presence per meeting, and whether it is enough."""
