"""photoguard.output."""
