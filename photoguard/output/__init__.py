"""The output folder: its journal, manifest and folders of copies, and the removal of copies."""
