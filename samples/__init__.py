"""Sample photos, and the programs that draw them; nothing here is installed."""
