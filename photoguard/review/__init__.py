"""The page on this computer where a person settles photos: the only room that listens."""
