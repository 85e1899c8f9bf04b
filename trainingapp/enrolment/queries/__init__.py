"""Reads about places. Lists are Core rows, in a constant number of queries."""
