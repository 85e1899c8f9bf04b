"""What can be done to people, organisations, roles and accounts. Each function is one transaction."""
