"""The datasource and generator blocks."""
