"""Reads about sessions, meetings, rooms and trainers. Lists are Core rows, in a constant number of queries."""
