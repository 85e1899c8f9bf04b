"""Letters: what people are told, in their own language."""
