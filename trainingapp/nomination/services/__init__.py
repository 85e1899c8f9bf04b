"""What people do with calls, candidates and selections. Each verb is one transaction and tells of it."""
