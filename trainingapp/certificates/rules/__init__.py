"""What may be issued and withdrawn, what a certificate would say, and its numbers and codes."""
