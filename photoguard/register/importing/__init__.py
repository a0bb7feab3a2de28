"""The import of an office's table into the register, or a list of its faults by cell."""
