"""How this program starts a part of itself, or itself anew: from an installed Python, and in the standalone build.

Installed by pip, `sys.executable` is Python and runs any file. In the standalone build it is the program itself, which
runs no file: it is started with a word that only `packaging/standalone/entry.py` knows, and becomes the helper before
anything else is imported. The word alone does nothing: an environment variable must repeat the number behind it, so
that no argument which somebody else chose (a file's name, an input of the Action) turns the program into a helper.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

WORD = "--prisma-drift-helper"
VARIABLE = "PRISMA_DRIFT_HELPER"
HELPERS = ("supervisor",)
"""Scripts of postgres/server that the standalone build can be; the reaper needs a package that it does not have."""


def standalone() -> bool:
    """Whether this is the standalone build."""
    return bool(getattr(sys, "frozen", False))


def build_facts() -> str:
    """What the standalone build says of itself (build.json): its version, its platform and the checksum of all its files."""
    with open(os.path.join(os.path.dirname(sys.executable), "build.json"), encoding="utf-8") as file:  # noqa: PTH118, PTH120, PTH123
        return file.read()


def helper(script: str, *, bare: bool = False) -> tuple[list[str], dict[str, str] | None]:
    """The first words of the command that runs a script of this program, and its environment (None: as it is here).

    `bare`: the script imports nothing but the standard library, so that no installed package need be looked for.
    """
    if not standalone():
        return [sys.executable, *(("-I", "-S") if bare else ()), script], None
    name = os.path.basename(script).removesuffix(".py")  # noqa: PTH119  pathlib takes a hook's time to import
    number = os.urandom(16).hex()
    return [sys.executable, WORD, name, number], {**os.environ, VARIABLE: number}


def asked_for(argv: Sequence[str], environment: dict[str, str] | os._Environ[str]) -> str:
    """The helper that the standalone build was started as; empty where it was started as the program.

    The variable is taken out of `environment` in any case: it is no helper's of ours.
    """
    number = environment.pop(VARIABLE, "")
    known = len(argv) > 3 and argv[1] == WORD and argv[2] in HELPERS and bool(number) and argv[3] == number
    return argv[2] if known else ""


def restart_command() -> list[str]:
    """What `os.execve` needs to start this very process again: the program's file, then its words."""
    if standalone():
        return [sys.executable, *sys.argv]
    return [sys.executable, *sys.orig_argv]
