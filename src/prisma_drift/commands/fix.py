"""`prisma-drift fix`: writes the migration that mends a project, or edits its schema, and says what to type next."""

from __future__ import annotations

import argparse
import os
import posixpath
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import EXIT_DRIFT, EXIT_ERROR, EXIT_IN_STEP
from ..findings.hazards import folded, what_happens
from ..findings.proved import proved
from ..model.counted import counted
from ..model.report import Report
from ..model.workflow import inert, one_line
from ..project import Config, load_config
from ..report.lines import Line, line_of, put
from ..report.paths import from_here, relative_to, with_paths
from ..report.progress import progress
from ..report.wrapped_sql import wrapped
from .common import Commands, Parser, add_common, add_places, add_rename, add_rows, color_of, flags_of
from .output import print_code, say

if TYPE_CHECKING:
    from ..pipeline.fix import Fix, Refusal

DESCRIPTION = """\
Write the migration that mends what `check` finds.

The migration is tried on a copy of the shadow database first, and is written into the migrations
folder, behind the newest one, as a whole or not at all. Nothing is written where something has to
be decided first: what it is, and the flag that decides it, is told.
"""
_EPILOG = """\
With --schema the schema is edited instead, to declare what the migrations build: only the lines
that have to change, in the files where they stand.

exit status: 0 written, or nothing to do; 2 something has to be decided first; 1 an error
"""


def add(commands: Commands[Parser]) -> None:
    """The command with its flags."""
    fix = commands.add_parser(
        "fix",
        help="write the migration that mends the difference, or edit the schema",
        description=DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    fix.add_argument("path", nargs="?", metavar="PATH", help="the project's folder (default: .)")
    what = fix.add_argument_group("what to write")
    what.add_argument(
        "--name", default="align", help="name of the migration, behind its time (default: align)"
    )
    what.add_argument(
        "--allow", metavar="HAZARD[:OBJECT]", action="append", default=[],
        help="go on although this is lost or may fail: data-loss, data-loss:User.name; may be repeated",
    )  # fmt: skip
    what.add_argument(
        "--base", metavar="REF", help="the branch this one will be merged into (default: origin's)"
    )
    how = what.add_mutually_exclusive_group()
    how.add_argument(
        "--schema", dest="declare", action="store_true", help="edit the schema, write no migration"
    )
    how.add_argument(
        "--checks",
        action="store_true",
        help="only print the queries that count the rows in its way; they read",
    )
    what.add_argument("--dry-run", action="store_true", help="print what would be written, and write nothing")
    add_rename(what)
    add_rows(what)
    add_places(add_common(fix))


def run(options: argparse.Namespace) -> int:
    """Fix each project; the exit status is that of the worst."""
    configs = load_config(flags_of(options), os.environ)
    status = [_declare(options, one) if options.declare else _fix(options, one) for one in configs]
    return EXIT_ERROR if EXIT_ERROR in status else max(status, default=EXIT_IN_STEP)


# ------------------------------------------------------------ the migration


def _fix(options: argparse.Namespace, config: Config) -> int:
    from ..pipeline.fix import Choice, plan_fix, write_fix

    choice = Choice(options.name, tuple(options.allow), options.base)
    with progress(sys.stderr, quiet=config.quiet) as on_progress:
        fix = plan_fix(config, choice, on_progress=on_progress)
    if fix.report.verdict != "drift":
        return _nothing(options, config, fix.report)
    if options.checks:
        print_code(checks_script(fix.report))
        return EXIT_IN_STEP
    for word in fix.unused:
        say(f"--allow {word} applies to nothing here", quiet=config.quiet)
    if fix.refusals and (options.dry_run or not _asks(fix.refusals)):
        _show(options, _refused(options, config, fix, fix.refusals))
        return EXIT_DRIFT
    why = _stopped(fix.refusals, color_of(options))
    if why:
        _show(options, _ended(options, config, fix, why))
        return EXIT_DRIFT
    place = posixpath.normpath(f"{_typed(config, config.migrations)}/{fix.folder}")
    if options.dry_run:
        print_code(f"-- {_one_line(place)}/migration.sql\n{fix.text}")
        return EXIT_IN_STEP
    write_fix(config, fix)
    _show(options, _written(fix, place))
    return EXIT_IN_STEP


def checks_script(report: Report) -> str:
    """The checks as SQL to run on a live database, each below what it counts."""
    if not report.checks:
        return "-- No row of any database stands in its way.\n"
    parts = []
    for check in report.checks:
        what = (
            "they would stop it; nothing is changed then"
            if check.breaks == "fails"
            else "they would not come back"
        )
        parts.append(f"-- {_one_line(check.message)}: {what}.\n{wrapped(check.sql.rstrip(';'))};\n")
    return "\n".join(parts)


def _asks(refusals: Sequence[Refusal]) -> bool:
    """Whether there is someone to ask, and all that is open is theirs to decide."""
    return sys.stdin.isatty() and sys.stderr.isatty() and all(one.allow for one in refusals)


def _stopped(refusals: Sequence[Refusal], color: str) -> str:
    """Ask for one decision after the other; the first that is not a yes ends it, and why is said ("" where all were)."""
    for refusal in refusals:
        hint = [f"  {_one_line(refusal.hint)}"] if refusal.hint else []
        put(map(line_of, ["", f"! {_one_line(refusal.message)}", *hint]), sys.stderr, color)
        answer = _answer("Write it all the same? [y/N] ") or _answer("Please type y or n: ")
        if answer != "yes":
            return "the answer was no" if answer else "there was no clear answer"
    return ""


def _answer(question: str) -> str:
    """yes | no | "" where it is neither; an empty line and the end of input are a no."""
    sys.stderr.write(f"  {question}")
    sys.stderr.flush()
    typed = sys.stdin.readline().strip().lower()
    if typed in ("y", "yes"):
        return "yes"
    return "no" if typed in ("", "n", "no") else ""


def _ended(options: argparse.Namespace, config: Config, fix: Fix, why: str) -> Iterator[str]:
    """What to type later; what was to be decided has been read in the questions."""
    yield ""
    yield f"✗ {_schema(config)}: nothing is written, since {why}"
    yield ""
    yield from _ways(options, fix, fix.refusals)


def _refused(options: argparse.Namespace, config: Config, fix: Fix, open: Sequence[Refusal]) -> Iterator[str]:
    decisions = [one for one in open if one.allow]
    what = f"{counted(len(open), 'thing')} to decide first" if decisions else "something has to be done first"
    yield f"✗ {_schema(config)}: nothing is written, {what}"
    for one in open:
        yield ""
        yield f"! {_one_line(one.message)}"
        if one.hint:
            yield f"  {_one_line(one.hint)}" if one.allow else f"  next: {_one_line(one.hint)}"
        if one.allow and "--allow" not in one.hint:
            yield f"  if that may be: --allow {shlex.quote(one.allow)}"
    if not decisions or len(decisions) < len(open):
        return
    yield ""
    yield from _ways(options, fix, decisions)


def _ways(options: argparse.Namespace, fix: Fix, decisions: Sequence[Refusal]) -> Iterator[str]:
    """The commands that decide it."""
    if fix.offers:
        yield f"next, if they are the same under new names: {command_line(options, renames=fix.offers)}"
    allowed = tuple(dict.fromkeys(one.allow for one in decisions))
    head = "      or, if what is lost may be lost:" if fix.offers else "next, if all of it may be:"
    yield f"{head} {command_line(options, allow=allowed)}"


def command_line(
    options: argparse.Namespace, *, allow: Sequence[str] = (), renames: Sequence[str] = ()
) -> str:
    """The same command with more allowed or told, as it is typed into a shell."""
    words = ["prisma-drift", "fix"]
    if options.path:
        words.append(options.path)
    given = {"--name": options.name if options.name != "align" else None, "--base": options.base}
    given |= {"--migrations": options.migrations, "--config": options.config}
    words += [word for flag, value in given.items() if value for word in (flag, value)]
    words += [word for rename in (*(options.rename or ()), *renames) for word in ("--rename", rename)]
    words += [word for hazard in dict.fromkeys((*options.allow, *allow)) for word in ("--allow", hazard)]
    return shlex.join(words)


def _written(fix: Fix, place: str) -> Iterator[str | Line]:
    lines = fix.text.count("\n")
    yield f"✓ wrote {place}/migration.sql ({counted(lines, 'line')})"
    yield f"  {one_line(inert(proved(fix.report.proof)))}"
    for hazard in folded(fix.report.hazards):
        if hazard.severity != "note":
            yield f"! {what_happens(hazard)}"
    if fix.report.checks:
        yield ""
        yield "Count on production before it is deployed (each query only reads; 0 is safe):"
        yield ""
        yield from (((line, "sql"),) for line in checks_script(fix.report).rstrip("\n").split("\n"))
    yield ""
    yield f"next: git add {shlex.quote(place)}"
    yield "      npx prisma migrate dev      runs it on your development database"
    yield "      npx prisma migrate deploy   runs it on production"


# ------------------------------------------------------------ the schema


def _declare(options: argparse.Namespace, config: Config) -> int:
    from ..pipeline.declare import plan_declaration, write_declaration

    with progress(sys.stderr, quiet=config.quiet) as on_progress:
        declared = plan_declaration(config, on_progress=on_progress)
    left = declared.report
    if not declared.files and left.verdict == "in-step":
        return _nothing(options, config, left)
    if options.dry_run:
        for shown, text in declared.files.items():
            print_code(f"// {_one_line(shown)}\n{text}")
    else:
        write_declaration(config, declared)
    _show(options, _edited(config, declared.files, declared.lines, left, dry=options.dry_run))
    return EXIT_IN_STEP if left.verdict == "in-step" else EXIT_DRIFT


def _edited(config: Config, files: Iterable[str], lines: int, left: Report, *, dry: bool) -> Iterator[str]:
    paths = [_typed(config, config.root / shown) for shown in files]
    if paths:
        verb = "would change" if dry else "changed"
        yield f"✓ {verb} {counted(lines, 'line')} of {', '.join(paths)}"
    if left.verdict == "in-step":
        yield "  it declares what the migrations build: nothing is left to change"
        yield ""
        yield f"next: git diff {' '.join(map(shlex.quote, paths))}"
        yield "      npx prisma generate   makes the client anew"
        return
    differing = [one for one in left.findings if one.severity == "error"]
    yield f"✗ {counted(len(differing), 'difference')} that no line of the schema can end:"
    for one in differing:
        yield f"  {_one_line(one.message)}"
    yield ""
    yield "next: prisma-drift fix   writes the migration for the rest"


# ------------------------------------------------------------ words


def _nothing(options: argparse.Namespace, config: Config, report: Report) -> int:
    from ..report import text

    shown = with_paths(report, relative_to(config.root))
    shown = with_paths(shown, from_here(str(config.root), Path.cwd()))
    if report.verdict == "error":
        text.write((shown,), sys.stderr, color=color_of(options))
        return EXIT_ERROR
    count = counted(report.project.migration_count, "migration")
    _show(
        options,
        [f"✓ {shown.project.schema} and its {count} agree: nothing to fix", "", "next: nothing to do"],
    )
    return EXIT_IN_STEP


def _schema(config: Config) -> str:
    return _typed(config, config.schema)


def _typed(config: Config, path: Path | None) -> str:
    """A path as someone in the current folder would type it."""
    if path is None:
        return ""
    return from_here(str(config.root), Path.cwd())(config.shown(path))


def _one_line(text: str) -> str:
    return inert(" ".join(one_line(text).split()))


def _show(options: argparse.Namespace, lines: Iterable[str | Line]) -> None:
    """For people, on standard output."""
    made = (line_of(line) if isinstance(line, str) else line for line in lines)
    put(made, sys.stdout, color_of(options))
    sys.stdout.flush()
