"""The parser of the command line: each command brings its own flags."""

from __future__ import annotations

import argparse
from typing import NoReturn

from . import check, diff, fix
from .common import EXIT, Parser


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
    top = Parser(
        prog="prisma-drift",
        description="Keeps a Prisma project's schema, its migrations and its Postgres databases telling one story.",
        epilog=EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    check.add(commands)
    fix.add(commands)
    diff.add(commands)
    commands.add_parser(
        "hook", add_help=False, help="may this be committed? read from the git index, without a database"
    )
    commands.add_parser("install", add_help=False, help="put the hook into husky, lefthook or bare git")
    commands.add_parser("action", add_help=False, help="the GitHub Action's entry point")
    return top
