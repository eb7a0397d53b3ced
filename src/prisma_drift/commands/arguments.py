"""What the command line takes, and its help."""

from __future__ import annotations

import argparse
from typing import NoReturn

from ..errors import DriftError
from .fix import add as add_fix

FORMATS = ("text", "json", "markdown", "sarif", "github")
STRATEGIES = ("plain", "preserve")

_EXIT = "exit status: 0 in step, 2 drift (or a blocked commit), 1 an error"
_ENVIRONMENT = (
    "Each common flag has an environment name: --default-schema is PRISMA_DRIFT_DEFAULT_SCHEMA.\n"
    "Order of force: flag, environment, prisma-drift.yml, what was found in the project, default.\n"
)
_CHECK = """\
Do the migrations build what schema.prisma says?

Runs every migration on a Postgres server that is started for it and removed afterwards, holds the
result against the schema, says for each difference where it comes from, and shows a corrective
migration that has been tried on a copy.
"""
_DIFF = """\
What turns one thing into another, in Prisma's words or as SQL.

Each of X and Y is one of: empty, a schema file or folder, a migrations folder, a URL postgresql://…
A database given by its URL is only read.
"""


class _Parser(argparse.ArgumentParser):
    """argparse with our exit status for wrong usage: its own, 2, would say `drift`."""

    def error(self, message: str) -> NoReturn:
        raise DriftError(
            f"{message[:1].upper()}{message[1:]}.", id="usage", hint=f"See `{self.prog} --help`."
        )


class _Version(argparse.Action):
    """--version, which looks up the number only when asked."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"prisma-drift {version('prisma-drift')}")
        except PackageNotFoundError:
            print("prisma-drift (not installed)")
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """The parser of every command but `hook`, `install` and `action`, which have their own."""
    top = _Parser(
        prog="prisma-drift",
        description="Keeps a Prisma project's schema, its migrations and its Postgres databases telling one story.",
        epilog=_EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    _check(commands)
    _fix(commands)
    _diff(commands)
    commands.add_parser(
        "hook", add_help=False, help="may this be committed? read from the git index, without a database"
    )
    commands.add_parser("install", add_help=False, help="put the hook into husky, lefthook or bare git")
    commands.add_parser("action", add_help=False, help="the GitHub Action's entry point")
    return top


def _check(commands: argparse._SubParsersAction[_Parser]) -> None:
    check = commands.add_parser(
        "check",
        help="do the migrations build what schema.prisma says?",
        description=_CHECK,
        epilog=f"{_ENVIRONMENT}\n{_EXIT}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    check.add_argument(
        "path", nargs="?", metavar="PATH", help="a project's folder, or one with projects below (default: .)"
    )
    output = check.add_argument_group("output")
    kind = output.add_mutually_exclusive_group()
    kind.add_argument("--script", action="store_true", help="only the corrective SQL, in Prisma's layout")
    kind.add_argument(
        "--format", choices=FORMATS, default="text", help="how to write the report (default: text)"
    )
    output.add_argument("--output", metavar="FILE", help="write there instead of to standard output")
    output.add_argument(
        "--verbose", action="store_true", help="list everything, also what is kept and accepted"
    )
    _strategy(output, "preserve; plain with --script")
    common = _common(check)
    common.add_argument("--schema", metavar="PATH", help="schema file, or folder of schema files")
    common.add_argument("--migrations", metavar="PATH", help="migrations folder")
    common.add_argument("--config", metavar="FILE", help="settings file (default: prisma-drift.yml, upwards)")


def _fix(commands: argparse._SubParsersAction[_Parser]) -> None:
    common = _common(add_fix(commands))
    common.add_argument("--migrations", metavar="PATH", help="migrations folder")
    common.add_argument("--config", metavar="FILE", help="settings file (default: prisma-drift.yml, upwards)")


def _diff(commands: argparse._SubParsersAction[_Parser]) -> None:
    diff = commands.add_parser(
        "diff",
        help="what turns one schema, migrations folder or database into another",
        description=_DIFF,
        epilog=_EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    diff.add_argument("--from", dest="source", metavar="X", required=True, help="what is there")
    diff.add_argument("--to", dest="target", metavar="Y", required=True, help="what should be there")
    output = diff.add_argument_group("output")
    output.add_argument("--script", action="store_true", help="SQL instead of a summary")
    output.add_argument(
        "--warnings", action="store_true", help="begin the SQL with the warnings of `prisma migrate dev`"
    )
    output.add_argument("--output", metavar="FILE", help="write there instead of to standard output")
    _strategy(output, "plain")
    _common(diff)


def _strategy(group: argparse._ArgumentGroup, default: str) -> None:
    group.add_argument(
        "--strategy",
        choices=STRATEGIES,
        help=f"plain: change things as Prisma would; preserve: keep data (default: {default})",
    )


def _common(command: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    common = command.add_argument_group("common")
    common.add_argument("--default-schema", metavar="NAME", help="Postgres schema of models without @@schema")
    common.add_argument("--prisma-version", metavar="V", help="follow the rules of this Prisma release")
    common.add_argument(
        "--shadow",
        metavar="WHERE",
        help="embedded | local | container[:MAJOR] | postgresql://… (default: embedded)",
    )
    common.add_argument("--no-cache", action="store_true", default=None, help="build everything anew")
    common.add_argument(
        "--quiet", action="store_true", default=None, help="no progress, no messages but errors"
    )
    return common
