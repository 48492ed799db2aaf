"""Games with an AI: what can be made of players by telling each what to do."""
