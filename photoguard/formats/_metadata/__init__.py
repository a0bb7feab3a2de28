"""Blocks of metadata inside picture files: a reader a kind, found by the kind's name."""
