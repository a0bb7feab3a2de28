"""Where photos are prepared: processes of this computer, or of others behind a scheduler."""
