"""photoguard.register.importing."""
