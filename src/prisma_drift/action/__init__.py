"""The container's entry point inside a GitHub Actions job: check, then tell the pull request."""

from .main import main

__all__ = ["main"]
