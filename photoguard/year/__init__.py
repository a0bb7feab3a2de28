"""A unit's year of publishing on one page: ``counting``, ``audit``, and ``page`` for print."""
