"""`prisma-drift init`: the settings, the workflow and the hook of a repository, shown first and written once."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from ..errors import EXIT_DRIFT, EXIT_ERROR, EXIT_IN_STEP, DriftError
from ..git.repository import top_level
from ..model.terminal import Line
from ..model.values import frozen
from ..project import Config, Flags, load_config
from ..report.lines import line_of, put
from .common import Commands, Parser, color_of
from .install import ByHandError, install, installed
from .ways import MISSING, WAYS, revision

_DESCRIPTION = """\
What this repository needs, shown first and written once.

prisma-drift.yml holds only what is not found in the project by itself; .github/workflows/prisma-drift.yml
checks every pull request; the hook checks every commit. What is there already is left as it is.
"""
WORKFLOW = ".github/workflows/prisma-drift.yml"
WORKFLOW_TEXT = """\
# Checks every pull request, and comments where schema and migrations disagree.
name: Prisma drift
on:
  pull_request:

permissions: {}

jobs:
  prisma-drift:
    name: prisma-drift
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    permissions:
      contents: read
      pull-requests: write
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          persist-credentials: false
          fetch-depth: 0 # the history tells which side of a difference a branch changed
      - uses: prisma-drift/prisma-drift@{revision}
"""
SETTINGS = "prisma-drift.yml"
_KEYS = ("schema", "migrations", "default_schema", "prisma_version", "shadow")


@frozen
class Planned:
    """A file to write."""

    path: str
    """From the repository's top."""
    text: str


def add(commands: Commands[Parser]) -> None:
    """The command with its flags."""
    made = commands.add_parser(
        "init",
        help="settings, workflow and hook for this repository",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--yes", action="store_true", help="write without asking")
    made.add_argument("--no-workflow", dest="workflow", action="store_false", help="leave the workflow out")
    made.add_argument("--no-hook", dest="hook", action="store_false", help="leave the hook out")
    made.add_argument(
        "--run", choices=WAYS, help="how the hook calls the program, see `prisma-drift install --help`"
    )
    made.add_argument("--image", default="", metavar="NAME", help="the image for --run container")
    made.add_argument(
        "--missing", choices=MISSING, default="block", help="where the program is not found (default: block)"
    )
    settings = made.add_argument_group("settings, written only where they differ from what is found")
    settings.add_argument("--schema", metavar="PATH", help="schema file, or folder of schema files")
    settings.add_argument("--migrations", metavar="PATH", help="migrations folder")
    settings.add_argument(
        "--default-schema", metavar="NAME", help="Postgres schema of models without @@schema"
    )
    settings.add_argument("--prisma-version", metavar="V", help="follow the rules of this Prisma release")
    settings.add_argument(
        "--shadow", metavar="WHERE", help="embedded | local | container[:MAJOR] | postgresql://…"
    )
    made.add_argument(
        "--color", choices=("auto", "always", "never"), help="colour the text (default: auto, at a terminal)"
    )


def run(options: argparse.Namespace) -> int:
    """Show, ask, write; the exit status: 0 done or nothing to do, 2 it waits for --yes, 1 an error."""
    root = top_level(Path.cwd())
    if root is None:
        raise DriftError("This is no git repository.", id="usage", hint="Run `git init`, then this again.")
    planned = tuple(_planned(options, root))
    hook = options.hook and not installed(root)
    if not planned and not hook:
        _say(options, ["✓ everything is there already", "next: prisma-drift check"])
        return EXIT_IN_STEP
    _say(options, _shown(planned, hook=hook))
    if not options.yes and not _agreed():
        _say(options, ["next: prisma-drift init --yes   writes it"])
        return EXIT_DRIFT
    for one in planned:
        _write(root / one.path, one.text)
        _say(options, [f"✓ wrote {one.path}"])
    if hook:
        try:
            lines = install(root, ["pre-commit"], options.run, options.missing, options.image)
        except ByHandError as waits:
            more = [f"      git add {' '.join(one.path for one in planned)}"] if planned else []
            _say(options, ["", *waits.lines, *more])
            return EXIT_DRIFT
        except DriftError as error:
            _say(options, [f"✗ {error.message}", f"next: {error.hint}"])
            return EXIT_ERROR
        _say(options, [f"✓ {line}" for line in takewhile(bool, lines)])
    paths = " ".join(one.path for one in planned)
    _say(
        options,
        [
            f"next: git add {paths}" if paths else "next: prisma-drift check",
            *(["      prisma-drift check"] if paths else []),
        ],
    )
    return EXIT_IN_STEP


def _planned(options: argparse.Namespace, root: Path) -> Iterator[Planned]:
    settings = _settings(options, root)
    there = any((root / name).exists() for name in (SETTINGS, "prisma-drift.yaml"))
    if settings and not there:
        yield Planned(SETTINGS, settings)
    if options.workflow and not _has_workflow(root):
        yield Planned(WORKFLOW, workflow(revision()))


def workflow(revision: str) -> str:
    """The workflow with the action of this program's own revision: a release's by its major version, which moves with it."""
    major = revision.partition(".")[0]
    return WORKFLOW_TEXT.replace("{revision}", major if revision.startswith("v") else revision)


def _settings(options: argparse.Namespace, root: Path) -> str:
    """The lines of prisma-drift.yml: what was asked for and is not found without them."""
    asked = {key: value for key in _KEYS if (value := getattr(options, key))}
    if not asked:
        load_config(Flags(path=str(root)), os.environ)  # that there is a project is the least
        return ""
    given = {
        key: str(Path(value).absolute()) if key in ("schema", "migrations") else value
        for key, value in asked.items()
    }
    (wanted,) = load_config(
        Flags(
            path=str(root),
            schema=given.get("schema"),
            migrations=given.get("migrations"),
            default_schema=given.get("default_schema"),
            prisma_version=given.get("prisma_version"),
            shadow=given.get("shadow"),
        ),
        os.environ,
    )
    try:
        found: tuple[Config, ...] = load_config(Flags(path=str(root)), os.environ)
    except DriftError:
        found = ()
    alone = found[0] if len(found) == 1 else None
    lines = []
    for key, value in asked.items():
        if alone is not None and _value(alone, key) == _value(wanted, key):
            continue
        text = os.path.relpath(given[key], root) if key in ("schema", "migrations") else value
        lines.append(f"{key.replace('_', '-')}: {_yaml(text)}")
    return "".join(f"{line}\n" for line in lines)


def _value(config: Config, key: str) -> object:
    return config.version if key == "prisma_version" else getattr(config, key)


def _yaml(text: str) -> str:
    """A scalar: quoted where YAML could read something else."""
    plain = (
        text
        and all(sign.isalnum() or sign in "_./-" for sign in text)
        and not text[0].isdigit()
        and text[0] != "-"
    )
    return text if plain else "'" + text.replace("'", "''") + "'"


def _has_workflow(root: Path) -> bool:
    folder = root / ".github/workflows"
    return folder.is_dir() and any(
        "prisma-drift/prisma-drift@" in file.read_text("utf-8", "replace")
        for file in sorted(folder.iterdir())
        if file.suffix in (".yml", ".yaml") and file.is_file() and not file.is_symlink()
    )


def _shown(planned: tuple[Planned, ...], *, hook: bool) -> Iterator[str | Line]:
    yield "To be written:"
    for one in planned:
        yield ""
        yield f"  {one.path}"
        yield ""
        yield from (((f"    {line}", "code"),) for line in one.text.rstrip("\n").split("\n"))
    if hook:
        yield ""
        yield "  the commit hook, as `prisma-drift install` writes it"
    yield ""


def _agreed() -> bool:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    return input("Write it? [y/N] ").strip().lower() in ("y", "yes")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise DriftError(
            f"{path} cannot be written: {error.strerror or error}.",
            id="output-unwritable",
            hint="Give yourself the right to write there, then run this again.",
        ) from error


def _say(options: argparse.Namespace, lines: list[str] | Iterator[str | Line]) -> None:
    put((line_of(line) if isinstance(line, str) else line for line in lines), sys.stdout, color_of(options))
    sys.stdout.flush()
