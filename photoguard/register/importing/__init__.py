"""An office's table becomes entries of the register, or faults with their row and column."""
