"""Rows for the tables of a private database: invented, filled in on the server, and held against each other."""
