"""The training record: what people have passed, and until when it counts."""
