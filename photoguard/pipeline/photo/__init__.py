"""The way of one photo: decode, look, decide, hide, write, examine."""
