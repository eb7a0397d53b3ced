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

    @property
    def told(self) -> tuple[DriftError, ...]:
        """The diagnostics for people: of lines in a row that are not understood the first, since the rest follow from it."""
        kept: list[DriftError] = []
        rest: list[DriftError] = []
        for one in self.diagnostics:
            if kept and _goes_on(rest[-1] if rest else kept[-1], one):
                rest.append(one)
                continue
            if rest:
                kept[-1] = _with_rest(kept[-1], rest)
                rest = []
            kept.append(one)
        if rest:
            kept[-1] = _with_rest(kept[-1], rest)
        return tuple(kept)


_NOT_UNDERSTOOD = "Error validating: This line is "
_OPENS_BLOCK = ("model ", "enum ", "type ", "view ", "datasource ", "generator ")


def _goes_on(before: DriftError, after: DriftError) -> bool:
    """Whether a line that is not understood comes right after another one, blank lines aside."""
    one, other = before.position, after.position
    if one is None or other is None or one.file != other.file or not 0 <= other.line - one.line <= 2:
        return False
    return before.message.startswith(_NOT_UNDERSTOOD) and after.message.startswith(_NOT_UNDERSTOOD)


def _with_rest(first: DriftError, rest: list[DriftError]) -> DriftError:
    """The first of several lines in a row, with what the others have to say as a number."""
    count = f"{len(rest)} more {'line' if len(rest) == 1 else 'lines'}"
    more = f"{count} below {'is' if len(rest) == 1 else 'are'} not understood for the same reason."
    hint = first.hint
    if not hint and first.excerpt.lstrip().startswith(_OPENS_BLOCK):
        hint = "The block above is not closed: a `}` is missing."
    return DriftError(
        first.message,
        hint=f"{hint} {more}".strip(),
        position=first.position,
        excerpt=first.excerpt,
        id=first.id,
    )


class ProjectError(DriftError):
    """The project's files or settings cannot be found, read or understood."""

    id = "project-invalid"


class ServerError(DriftError):
    """The shadow server could not be started or reached."""

    id = "shadow-unavailable"
