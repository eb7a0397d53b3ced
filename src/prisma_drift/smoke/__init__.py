"""A smoke test of what the migrations build: a database that lasts as long as the test, probes, and the user's own command."""
