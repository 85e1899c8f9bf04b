"""The reference lists and the demonstration office."""
