"""The command line: one door for people, scripts and hooks."""

# A commit hook starts here at every commit: nothing but `sys` may be imported at this level.
from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from .config import Config, Flags
    from .errors import DriftError
    from .report.model import Report

_INTERRUPTED = 130


def entry() -> int:
    """The console script."""
    return main(sys.argv[1:])


def main(argv: Sequence[str]) -> int:
    """Run one command; the exit status: 0 in step, 2 drift or a blocked commit, 1 an error."""
    command = argv[0] if argv else ""
    try:
        if command in ("hook", "install"):
            from .hook import main as hook

            return hook(argv[1:] if command == "hook" else argv)
        if command == "action":
            from .action import main as action

            return action(argv[1:])
        return _run(argv)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        return _broken_pipe()


def _run(argv: Sequence[str]) -> int:
    """Everything but the hook and the action; no error leaves as a traceback."""
    from .errors import EXIT_ERROR, DriftError

    _speak_utf8()
    options = None
    try:
        options = _parser().parse_args(argv)
        command = {"check": _check, "diff": _diff}.get(options.command or "")
        if command is None:
            _parser().print_help()
            return EXIT_ERROR
        return command(options)
    except DriftError as error:
        return _fail(error, options)
    except (BrokenPipeError, KeyboardInterrupt, SystemExit):
        raise
    except Exception as error:
        return _internal(error, options)


# ------------------------------------------------------------ commands


def _check(options: argparse.Namespace) -> int:
    import os

    from .config import load_config

    reports = [_check_one(options, one) for one in load_config(_flags(options), os.environ)]
    _write(options, _rendered(options, reports), reports)
    return _exit_code(reports)


def _check_one(options: argparse.Namespace, config: Config) -> Report:
    import os

    from .check import run
    from .report.paths import relative_to, with_paths
    from .report.progress import progress

    asked = options.strategy or os.environ.get("PRISMA_DRIFT_STRATEGY")
    # SQL alone is for tools, which expect what Prisma itself would print.
    strategy = "plain" if options.script and not asked else config.strategy
    for passed in config.skipped:
        _say(f"skipped {passed.path}: {passed.reason}", quiet=config.quiet)
    with progress(sys.stderr, quiet=config.quiet) as on_progress:
        report = run(config, on_progress=on_progress, strategy=strategy)
    return with_paths(report, relative_to(config.root))


def _diff(options: argparse.Namespace) -> int:
    import os

    from .compare_command import Options, run
    from .config.version import parse_version
    from .model.version import LATEST

    def chosen(name: str) -> str:
        return getattr(options, name) or os.environ.get(f"PRISMA_DRIFT_{name.upper()}", "")

    version = chosen("prisma_version")
    wanted = Options(
        version=parse_version(version, "--prisma-version") if version else LATEST,
        default_schema=chosen("default_schema") or "public",
        shadow=chosen("shadow") or "embedded",
        strategy=chosen("strategy") or "plain",
        script=options.script,
        warnings=options.warnings,
    )
    outcome = run(options.source, options.target, wanted)
    text = outcome.text if outcome.text.endswith("\n") or not outcome.text else outcome.text + "\n"
    _write(options, text, ())
    return outcome.exit_code


# ------------------------------------------------------------ output


EMPTY_SCRIPT = "-- This is an empty migration.\n"


def _rendered(options: argparse.Namespace, reports: Sequence[Report]) -> str | None:
    """The text in the chosen format; None for the terminal's own, which is written piece by piece."""
    format = "script" if options.script else options.format
    if format == "script":
        return _script(reports)
    if format == "json":
        from .report import json

        return json.render(reports)
    if format == "sarif":
        from .report import sarif

        return sarif.render(reports)
    if format == "github":
        from .report import annotations

        return annotations.render(reports)
    if format == "markdown":
        from .report import markdown

        return "\n".join(markdown.render(report) for report in reports)
    if options.output:
        from .report import text

        return text.render(reports, verbose=options.verbose)
    return None


def _script(reports: Sequence[Report]) -> str:
    """SQL alone, and nothing at all of a project with an error: that goes to standard error."""
    texts = []
    for report in reports:
        if report.verdict == "error":
            _explain(report)
        else:
            sql = report.corrective_sql.strip("\n")
            texts.append(f"{sql}\n" if sql else EMPTY_SCRIPT)
    return "\n".join(texts)


def _write(options: argparse.Namespace, rendered: str | None, reports: Sequence[Report]) -> None:
    """To the file or to standard output; the exit status stays the same where nobody reads to the end."""
    try:
        _write_out(options, rendered, reports)
    except BrokenPipeError:
        _broken_pipe()


def _write_out(options: argparse.Namespace, rendered: str | None, reports: Sequence[Report]) -> None:
    if options.output:
        _replace_file(options.output, rendered or "")
        for report in reports:
            # Whoever runs the command wants to know too; a script's errors were told when it was made.
            if report.verdict == "error" and not options.script:
                _explain(report)
        return
    if rendered is not None:
        sys.stdout.write(rendered)
    else:
        _show(reports, verbose=options.verbose)
    sys.stdout.flush()


def _show(reports: Sequence[Report], *, verbose: bool) -> None:
    """For people: errors on standard error."""
    from .report import text

    fine = [_as_typed_here(one) for one in reports if one.verdict != "error"]
    if fine:
        text.write(fine, sys.stdout, verbose=verbose)
        sys.stdout.flush()
    for one in reports:
        if one.verdict == "error":
            _explain(one)


def _as_typed_here(report: Report) -> Report:
    """With paths as someone in the current folder would type them."""
    from pathlib import Path

    from .report.paths import from_here, with_paths

    root = report.project.root
    return with_paths(report, from_here(root, Path.cwd())) if root else report


def _replace_file(name: str, content: str) -> None:
    """Write a file as a whole or not at all."""
    import os
    import tempfile
    from pathlib import Path

    from .errors import DriftError

    path = Path(name)
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            temporary = Path(file.name)
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise DriftError(
            f"{name} cannot be written: {error.strerror or error}.",
            id="output-unwritable",
            hint="Give --output a file in a folder that exists and can be written to.",
        ) from error


# ------------------------------------------------------------ errors


def _fail(error: DriftError, options: argparse.Namespace | None) -> int:
    """The error as a report: where tools read JSON or SARIF as such, for people on standard error."""
    from .report.failure import failed

    report = failed(error)
    if _for_tools(options) and error.id != "output-unwritable":
        try:
            _write(options, _rendered(options, (report,)), ())  # type: ignore[arg-type]
        except type(error) as second:
            _explain(failed(second))
    else:
        _explain(report)
    return error.exit_code


def _for_tools(options: argparse.Namespace | None) -> bool:
    return getattr(options, "format", "text") in ("json", "sarif", "github") and not getattr(
        options, "script", False
    )


def _internal(error: Exception, options: argparse.Namespace | None) -> int:
    """A mistake of this program: one line, and the traceback only for who asks for it."""
    import os

    from .errors import EXIT_ERROR, DriftError

    if os.environ.get("PRISMA_DRIFT_DEBUG"):
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    words = " ".join(str(error).split())[:300]
    message = f"internal error: {type(error).__name__}: {words}"
    if _for_tools(options):
        _fail(DriftError(message, id="internal-error", hint="Please report it."), options)
    _say(f"{message} (please report it; PRISMA_DRIFT_DEBUG=1 shows more)")
    return EXIT_ERROR


def _explain(report: Report) -> None:
    from .report import text

    text.write((_as_typed_here(report),), sys.stderr)


def _say(message: str, *, quiet: bool = False) -> None:
    if not quiet:
        sys.stderr.write(f"prisma-drift: {message}\n")


def _broken_pipe() -> int:
    """Whoever read the output has gone: say nothing, also not when Python closes the stream."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _exit_code(reports: Sequence[Report]) -> int:
    """1 if any project has an error, else 2 if any drifts."""
    codes = {report.exit_code for report in reports}
    return 1 if 1 in codes else max(codes, default=0)


def _speak_utf8() -> None:
    """Reports are UTF-8, also where the locale says otherwise; a terminal shows what it can."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace") if stream.isatty() else reconfigure(
                encoding="utf-8", errors="replace"
            )


# ------------------------------------------------------------ arguments


def _flags(options: argparse.Namespace) -> Flags:
    from .config import Flags

    return Flags(
        path=options.path,
        schema=options.schema,
        migrations=options.migrations,
        default_schema=options.default_schema,
        prisma_version=options.prisma_version,
        shadow=options.shadow,
        config=options.config,
        no_cache=options.no_cache,
        quiet=options.quiet,
        strategy=options.strategy,
    )


def _parser() -> argparse.ArgumentParser:
    from .arguments import parser

    return parser()
