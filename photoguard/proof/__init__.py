"""What proves a run years later: one file of lines, each bound to the line before it.

``gathering`` makes the lines from what an output and its posts tell, ``chain`` writes and
reads them, ``comparing`` holds copies against them.
"""
