"""Readers of metadata blocks inside picture files, one module per ``BlockKind``."""
