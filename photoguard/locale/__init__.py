"""photoguard.locale."""
