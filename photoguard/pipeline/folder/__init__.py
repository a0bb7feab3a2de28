"""A folder of photos: what earlier runs and staff left, and what this run makes of it."""
