"""A process that ends before it says a word."""
