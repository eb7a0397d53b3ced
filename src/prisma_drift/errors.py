"""What can go wrong, and the exit code of each: every error a user may see is a DriftError."""

from __future__ import annotations

from .model.source import Position

EXIT_IN_STEP = 0
EXIT_DRIFT = 2
EXIT_ERROR = 1


class DriftError(Exception):
    """An error with a cause in words and a next step; the command line prints it without a traceback."""

    exit_code = EXIT_ERROR
    id = "error"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        position: Position | None = None,
        excerpt: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        """One sentence: what is wrong."""
        self.hint = hint
        """One sentence: what to do next; may be empty."""
        self.position = position
        self.excerpt = excerpt
        """The offending line with a caret below it, or empty."""
        if id is not None:
            self.id = id


class SchemaError(DriftError):
    """schema.prisma is not valid; carries every diagnostic that was found, first one first."""

    id = "schema-invalid"

    def __init__(self, diagnostics: tuple[DriftError, ...]) -> None:
        first = diagnostics[0]
        super().__init__(first.message, hint=first.hint, position=first.position, excerpt=first.excerpt)
        self.diagnostics = diagnostics


class ProjectError(DriftError):
    """The project's files or settings cannot be found, read or understood."""

    id = "project-invalid"


class ServerError(DriftError):
    """The shadow server could not be started or reached."""

    id = "shadow-unavailable"
