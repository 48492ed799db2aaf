"""Kind ``game``: what an AI that sees a signal of the state can make players do."""
