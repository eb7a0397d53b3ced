"""`prisma-drift completions SHELL`: a script that completes commands, flags and their words in bash, zsh or fish."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from ..errors import EXIT_IN_STEP
from .common import Commands, Parser

SHELLS = ("bash", "zsh", "fish")
_OWN = {
    "hook": ("--write", "--strict", "--base", "--allow-edit", "--schema", "--migrations", "--default-schema", "--prisma-version", "--quiet", "--help"),
    "install": ("--pre-push", "--run", "--image", "--missing", "--help"),
    "action": ("--help",),
}  # fmt: skip
"""The flags of commands with a parser of their own."""

_DESCRIPTION = """\
Print a script that completes prisma-drift in a shell.

bash: prisma-drift completions bash > ~/.local/share/bash-completion/completions/prisma-drift
zsh:  prisma-drift completions zsh > "${fpath[1]}/_prisma-drift"
fish: prisma-drift completions fish > ~/.config/fish/completions/prisma-drift.fish
"""


def add(commands: Commands[Parser], top: argparse.ArgumentParser) -> None:
    """The command with its argument; `top` is the parser whose commands are completed."""
    made = commands.add_parser(
        "completions",
        help="complete commands and flags in bash, zsh or fish",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("shell", choices=SHELLS)
    made.set_defaults(top=top)


def run(options: argparse.Namespace) -> int:
    """Print the script."""
    known = _known(options.top)
    write = {"bash": _bash, "zsh": _zsh, "fish": _fish}[options.shell]
    sys.stdout.write("\n".join(write(known)) + "\n")
    return EXIT_IN_STEP


Known = dict[str, tuple[str, dict[str, tuple[str, ...]]]]
"""Command → (what it is for, flag → the words that it takes)."""


def _known(top: argparse.ArgumentParser) -> Known:
    sub = next(action for action in top._actions if isinstance(action, argparse._SubParsersAction))
    about = {choice.dest: choice.help or "" for choice in sub._choices_actions}
    found: Known = {}
    for name, command in sub.choices.items():
        flags = {
            flag: tuple(map(str, action.choices or ())) if action.nargs != 0 else ()
            for action in command._actions
            for flag in action.option_strings
            if flag.startswith("--")
        }
        found[name] = (about.get(name, ""), flags or dict.fromkeys(_OWN.get(name, ()), ()))
    return found


def _bash(known: Known) -> Iterator[str]:
    yield "_prisma_drift() {"
    yield '    local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"'
    yield '    if [ "$COMP_CWORD" -eq 1 ]; then'
    yield f'        COMPREPLY=($(compgen -W "{" ".join(known)} help version --help --version" -- "$word"))'
    yield "        return"
    yield "    fi"
    yield '    case "${COMP_WORDS[1]} $before" in'
    for name, (_, flags) in known.items():
        for flag, words in flags.items():
            if words:
                yield f'        "{name} {flag}") COMPREPLY=($(compgen -W "{" ".join(words)}" -- "$word")); return ;;'
    yield "    esac"
    yield '    case "${COMP_WORDS[1]}" in'
    for name, (_, flags) in known.items():
        extra = " ".join(SHELLS) if name == "completions" else ""
        yield f'        {name}) COMPREPLY=($(compgen -W "{" ".join(flags)} {extra}" -- "$word")) ;;'
    yield f'        help) COMPREPLY=($(compgen -W "{" ".join(known)}" -- "$word")) ;;'
    yield "    esac"
    yield '    [[ $word == -* ]] || COMPREPLY+=($(compgen -f -- "$word"))'
    yield "}"
    yield "complete -o filenames -F _prisma_drift prisma-drift"


def _zsh(known: Known) -> Iterator[str]:
    yield "#compdef prisma-drift"
    yield "_prisma_drift() {"
    yield "    if (( CURRENT == 2 )); then"
    yield "        local -a commands=("
    for name, (about, _) in known.items():
        yield f"            {_quoted(f'{name}:{about}')}"
    yield "        )"
    yield "        _describe command commands"
    yield "        return"
    yield "    fi"
    yield '    case "$words[2]" in'
    for name, (_, flags) in known.items():
        yield f"        {name})"
        specs = [
            _quoted(f"{flag}:word:({' '.join(words)})" if words else flag) for flag, words in flags.items()
        ]
        place = _quoted(f"*:shell:({' '.join(SHELLS)})") if name == "completions" else "'*:path:_files'"
        yield f"            _arguments -S {' '.join(specs)} {place} ;;"
    yield "    esac"
    yield "}"
    yield 'if [ "$funcstack[1]" = _prisma-drift ]; then _prisma_drift "$@"; else compdef _prisma_drift prisma-drift; fi'


def _fish(known: Known) -> Iterator[str]:
    for name, (about, flags) in known.items():
        yield f"complete -c prisma-drift -n __fish_use_subcommand -f -a {name} -d {_quoted(about)}"
        seen = f"'__fish_seen_subcommand_from {name}'"
        for flag, words in flags.items():
            takes = f" -x -a {_quoted(' '.join(words))}" if words else ""
            yield f"complete -c prisma-drift -n {seen} -l {flag.removeprefix('--')}{takes}"
    yield f"complete -c prisma-drift -n '__fish_seen_subcommand_from completions' -f -a {_quoted(' '.join(SHELLS))}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "’") + "'"
