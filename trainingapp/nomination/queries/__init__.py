"""Reads about calls, candidates and selections."""
