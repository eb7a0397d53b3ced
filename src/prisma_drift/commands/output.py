"""Where reports and errors go: standard output, standard error, a file; and in which form."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ..errors import EXIT_ERROR, DriftError
from ..findings.failure import failed
from ..findings.hazards import folded, sentence
from ..model.commands import as_called
from ..model.report import Report
from ..model.workflow import has_commands, inert, one_line, visible
from ..project.whole import write_whole
from ..report import text
from ..report.paths import from_here, with_paths
from .common import FOR_PROGRAMS, color_of

EMPTY_SCRIPT = "-- This is an empty migration.\n"


def rendered(options: argparse.Namespace, reports: Sequence[Report]) -> str | None:
    """The text in the chosen format; None for the terminal's own, which is written piece by piece."""
    format = "script" if options.script else options.format
    if format == "script":
        return _script(options, reports)
    if format == "json":
        from ..report import json

        return json.render(reports)
    if format == "sarif":
        from ..report import sarif

        return sarif.render(reports)
    if format == "github":
        from ..report import annotations

        return annotations.render(reports)
    if format == "gitlab":
        from ..report import gitlab

        return gitlab.render(reports)
    if format == "junit":
        from ..report import junit

        return junit.render(reports)
    if format == "markdown":
        from ..report import markdown

        return "\n".join(markdown.render(report) for report in reports)
    if options.output:
        return text.render(reports, verbose=options.verbose)
    return None


def _script(options: argparse.Namespace, reports: Sequence[Report]) -> str:
    """SQL alone; nothing of a project with an error or without a proved migration: why goes to standard error."""
    texts = []
    for report in reports:
        if report.verdict == "error":
            _explain(report, options)
            continue
        sql = report.corrective_sql.strip("\n")
        if report.verdict == "drift" and not sql:
            _explain_no_sql(report)
            continue
        # A line feed in a folder's name must not end the comment.
        head = f"-- Project: {one_line(report.project.schema)}\n" if len(reports) > 1 else ""
        texts.append(head + (f"{sql}\n" if sql else EMPTY_SCRIPT))
    return "\n".join(texts)


def write(options: argparse.Namespace, rendered: str | None, reports: Sequence[Report]) -> None:
    """To the file or to standard output; the exit status stays the same where nobody reads to the end."""
    try:
        _put(options, rendered, reports)
    except BrokenPipeError:
        reader_has_left()
    except OSError as error:
        if (full := no_room(error)) is None:
            raise
        raise full from error


def _explain_no_sql(report: Report) -> None:
    """Why no migration is offered, with what the plan knows."""
    proof = report.proof.empty
    why = (
        f" Tried on a copy of the shadow database: {proof.error} {proof.hint}"
        if proof and proof.error
        else ""
    )
    say(f"no SQL is given for {report.project.schema}, since no migration is proved.{why}".rstrip())
    for one in folded(report.hazards):
        say(f"{one.severity} [{one.id}] {sentence(one)}")


def _put(options: argparse.Namespace, rendered: str | None, reports: Sequence[Report]) -> None:
    if options.output:
        _write_file(options.output, rendered or "")
        for report in reports:
            # Whoever runs the command wants to know too; a script's errors were told when it was made.
            if report.verdict == "error" and not options.script:
                _explain(report, options)
        return
    if rendered is not None:
        _print(options, rendered)
    else:
        _show(reports, options)
    sys.stdout.flush()


def _print(options: argparse.Namespace, text: str) -> None:
    """What programs read is made harmless by its own writer."""
    if options.script:
        print_code(text)
    elif getattr(options, "format", "text") in (*FOR_PROGRAMS, "matrix"):
        sys.stdout.write(text)
    else:
        sys.stdout.write(inert(text))


def print_code(text: str) -> None:
    """SQL or a schema, unchanged where a program reads it; DriftError where a job's runner would read a command in it."""
    if os.environ.get("GITHUB_ACTIONS") == "true" and has_commands(text):
        raise DriftError(
            "A name or text in the SQL holds a line that the runner of this job would take for a command of its own.",
            id="output-command",
            hint="Write it to a file with --output, and do not print that file in a job.",
        )
    sys.stdout.write(visible(text) if sys.stdout.isatty() else text)


def _show(reports: Sequence[Report], options: argparse.Namespace) -> None:
    """For people: errors on standard error."""
    fine = [_as_typed_here(one) for one in reports if one.verdict != "error"]
    if fine:
        text.write(fine, sys.stdout, verbose=options.verbose, color=color_of(options))
        sys.stdout.flush()
    for one in reports:
        if one.verdict == "error":
            _explain(one, options)


def _as_typed_here(report: Report) -> Report:
    """With paths as someone in the current folder would type them."""
    root = report.project.root
    return with_paths(report, from_here(root, Path.cwd())) if root else report


def _write_file(name: str, content: str) -> None:
    try:
        write_whole(Path(name), content)
    except OSError as error:
        raise DriftError(
            f"{name} cannot be written: {error.strerror or error}.",
            id="output-unwritable",
            hint="Give --output a file in a folder that exists and can be written to.",
        ) from error


def fail(error: DriftError, options: argparse.Namespace | None) -> int:
    """The error as a report: where tools read JSON or SARIF as such, for people on standard error."""
    report = failed(error)
    if options is not None and _for_tools(options) and error.id != "output-unwritable":
        try:
            write(options, rendered(options, (report,)), ())
        except DriftError as second:
            _explain(report, options)
            _explain(failed(second), options)
    else:
        _explain(report, options)
    return error.exit_code


def _for_tools(options: argparse.Namespace) -> bool:
    return getattr(options, "format", "text") in FOR_PROGRAMS and not options.script


def internal(error: Exception, options: argparse.Namespace | None) -> int:
    """A mistake of this program: one line, and the traceback only for who asks for it."""
    if os.environ.get("PRISMA_DRIFT_DEBUG"):
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    words = one_line(" ".join(str(error).split()))[:300]
    message = f"internal error: {type(error).__name__}: {words}"
    if options is not None and _for_tools(options):
        fail(DriftError(message, id="internal-error", hint="Please report it."), options)
    say(f"{message} (please report it; PRISMA_DRIFT_DEBUG=1 shows more)")
    return EXIT_ERROR


def _explain(report: Report, options: argparse.Namespace | None) -> None:
    text.write((_as_typed_here(report),), sys.stderr, color=color_of(options))


def say(message: str, *, quiet: bool = False) -> None:
    if not quiet:
        sys.stderr.write(f"prisma-drift: {inert(as_called(message))}\n")


def speak_utf8() -> None:
    """Reports are UTF-8, also where the locale says otherwise; a terminal shows what it can."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace") if stream.isatty() else reconfigure(
                encoding="utf-8", errors="replace"
            )


def reader_has_left() -> None:
    """Say nothing any more, also not when Python closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def no_room(error: OSError) -> DriftError | None:
    """What to say of a disk or a file that takes nothing more: most often it is standard output's. None of anything else.

    What standard output was still to take is given up.
    """
    if error.errno not in _FULL:
        return None
    with suppress(OSError):
        sys.stdout.flush()
    reader_has_left()
    return DriftError(
        f"{error.filename or 'Standard output or a temporary file'} cannot be written: {error.strerror}.",
        id="output-unwritable",
        hint="Free some space, or have it written elsewhere.",
    )
