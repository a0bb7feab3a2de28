"""The page that tells what came of a folder."""
