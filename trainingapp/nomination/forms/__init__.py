"""Forms about calls, candidates and selections."""
