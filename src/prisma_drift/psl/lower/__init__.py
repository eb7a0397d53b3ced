"""Symbols → the expected Schema."""
