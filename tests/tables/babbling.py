"""A process that is ready, and then says what is no table."""

import sys

sys.stdout.write("\n")
sys.stdout.flush()
sys.stdin.buffer.read()
sys.stdout.write('{"headings": 1}\n[]\n')
