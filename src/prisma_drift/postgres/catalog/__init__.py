"""A database's catalog → Schema."""
