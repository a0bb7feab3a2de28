"""The sample folder is what its papers say."""
