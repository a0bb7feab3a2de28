"""The message catalogues in Finnish, Swedish and English."""
