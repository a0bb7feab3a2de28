"""Evidence of a run for later years: a file of lines, each bound to the one before by a digest.

``gathering`` makes the lines from an output's journal and its posts, ``chain`` writes and
reads them, ``comparing`` compares copies with them.
"""
