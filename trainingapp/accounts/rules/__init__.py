"""What makes a person, a password, a role, an access link or a list of officers right: pure decisions."""
