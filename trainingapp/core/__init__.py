"""What every feature stands on: database, events, errors, permissions, languages, the web."""
