"""What a run of the hook is asked for: by the environment, and by its arguments."""

from __future__ import annotations

from collections.abc import Mapping

from ..model.values import frozen


@frozen
class Options:
    """What the command line and PRISMA_DRIFT_… variables ask for; git passes no arguments to its hooks."""

    write: bool = False
    strict: bool = False
    base: str | None = None
    allow_edit: str = ""
    schema: str | None = None
    migrations: str | None = None
    default_schema: str | None = None
    version: str | None = None
    quiet: bool = False


def from_environment(environment: Mapping[str, str]) -> Options:
    """The options that have a variable of the hook's own; those of the project are read with its settings."""
    return Options(
        strict=environment.get("PRISMA_DRIFT_STRICT", "").lower() in ("1", "true", "yes", "on"),
        base=environment.get("PRISMA_DRIFT_BASE") or None,
        allow_edit=environment.get("PRISMA_DRIFT_ALLOW_EDIT", ""),
    )
