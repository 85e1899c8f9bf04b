"""Courses: what the office teaches, in two languages."""
