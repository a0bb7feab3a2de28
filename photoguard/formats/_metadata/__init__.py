"""photoguard.formats._metadata."""
