"""A process that is ready, and then takes memory without end."""

import sys

sys.stdout.write("\n")
sys.stdout.flush()
held = []
while True:
    held.append(bytearray(b"x" * (10 << 20)))
