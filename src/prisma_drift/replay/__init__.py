"""Facts of SQL text → Schema, without a database."""
