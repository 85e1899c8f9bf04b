"""Reads about organisations and people."""
