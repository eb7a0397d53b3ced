"""The commands, and where their results go."""
