"""What lies in an output folder: journal, shelves, manifest, the copies and their end."""
