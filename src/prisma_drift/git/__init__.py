"""git, read through its program: `run` starts it, `repository` says what it holds."""
