"""The parser of the command line: each command brings its own flags."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import Any, NoReturn

from ..errors import DriftError
from .common import EXIT, Parser

_LISTED = (
    "check",
    "fix",
    "diff",
    "smoke",
    "baseline",
    "gate",
    "backfill",
    "projects",
    "hook",
    "install",
    "init",
    "cache",
    "completions",
    "action",
)
"""Every command in the order of the help."""
_ELSEWHERE = {
    "hook": "may this be committed? read from the git index, without a database",
    "install": "put the hook into husky, lefthook or bare git",
    "action": "the GitHub Action's entry point",
}
"""Commands with a parser of their own."""


def runner(command: str) -> Callable[[argparse.Namespace], int]:
    """What runs a command that `parse` found."""
    run: Callable[[argparse.Namespace], int] = _module(command).run
    return run


def _module(command: str) -> Any:
    # Only the one that was asked for: to load them all takes as long as some of them do.
    return import_module(f".{command}", __package__)


class _Version(argparse.Action):
    """--version, which looks up the number only when asked."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"prisma-drift {version('prisma-drift')}")
        except PackageNotFoundError:
            print("prisma-drift (not installed)")
        parser.exit()


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """What the words ask for; `command` is empty where they only ask for help. DriftError `usage` with what was probably meant."""
    words = list(argv)
    if words[:1] == ["version"]:
        words = ["--version"]
    if words[:1] == ["help"]:
        # `help help` too: the list of commands has it.
        words = [*(word for word in words[1:2] if word != "help"), "--help"]
    named = words[0] if words else ""
    top = parser([named] if named in _LISTED and named != "completions" else _LISTED)
    commands = _commands(top)
    if named and not named.startswith("-") and named not in commands:
        raise DriftError(
            f"There is no command `{named}`.{did_you_mean(named, commands)}",
            id="usage",
            hint="See `prisma-drift --help`.",
        )
    words, command = split_command(words)
    options, extra = top.parse_known_args(words)
    if command:
        options.words = command
    if extra:
        chosen = commands.get(options.command or "", top)
        flags = [flag for action in chosen._actions for flag in action.option_strings]
        meant = did_you_mean(extra[0], flags) if extra[0].startswith("-") else ""
        raise DriftError(
            f"Unrecognized arguments: {' '.join(extra)}.{meant}",
            id="usage",
            hint=f"See `{chosen.prog} --help`.",
        )
    return options


def split_command(words: list[str]) -> tuple[list[str], list[str]]:
    """The words of `smoke`, and those of the command behind `--`, which are its own."""
    if words[:1] != ["smoke"] or "--" not in words:
        return words, []
    at = words.index("--")
    if not words[at + 1 :]:
        raise DriftError(
            "There is no command behind `--`.", id="usage", hint="prisma-drift smoke -- npm test"
        )
    return words[:at], words[at + 1 :]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question with the nearest known word; empty where none is near."""
    from difflib import get_close_matches

    near = get_close_matches(word.partition("=")[0], list(known), n=1)
    return f" Did you mean `{near[0]}`?" if near else ""


def _commands(top: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    return next(
        dict(action.choices) for action in top._actions if isinstance(action, argparse._SubParsersAction)
    )


def parser(named: Sequence[str] = _LISTED) -> argparse.ArgumentParser:
    """The parser of the commands that are named; `hook`, `install` and `action` have their own."""
    top = Parser(
        prog="prisma-drift",
        description="Keeps a Prisma project's schema, its migrations and its Postgres databases telling one story.",
        epilog=EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("-V", "--version", action=_Version, nargs=0, help="print the version and exit")
    top._positionals.title = "commands"
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for name in named:
        if name in _ELSEWHERE:
            commands.add_parser(name, add_help=False, help=_ELSEWHERE[name])
        elif name == "completions":
            _module(name).add(commands, top)
        else:
            _module(name).add(commands)
    return top
