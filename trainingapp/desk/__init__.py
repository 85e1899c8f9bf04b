"""The pages people land on: the day's work of each role, and the front door."""
