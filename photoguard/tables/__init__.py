"""photoguard.tables."""
