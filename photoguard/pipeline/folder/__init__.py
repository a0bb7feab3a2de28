"""The run over one folder: earlier results and answers are read, kept, and completed."""
