"""Reads of attendance and results. Lists are made in a constant number of queries whatever their length."""
