"""Reads about certificates, and who may receive one. Lists are Core rows, in a constant number of queries."""
