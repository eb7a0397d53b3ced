"""The entry point inside a GitHub Actions job, in the container or on the host: check, then tell the pull request."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run as the action's entry point; `argv` is ignored, everything comes as environment.

    The process starts itself anew first (see seal.py), so nothing heavy is imported before that.
    """
    from .seal import sealed_environment

    environment = sealed_environment()

    from ..bounds import bound_memory
    from .main import run

    bound_memory()

    return run(environment)
