"""The page on this computer where a person settles photos; nothing listens yet."""
