"""One photo: from its bytes to what is seen, decided, hidden, written and examined."""
