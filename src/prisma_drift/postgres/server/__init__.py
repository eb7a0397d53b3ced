"""Servers to work on: embedded, local, in a container, by URL."""
