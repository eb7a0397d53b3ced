"""Commands that someone will copy: a repository's names as words of a shell, and the program as it was called here."""

from __future__ import annotations

import os
from collections.abc import Mapping

REPOSITORY = "https://github.com/prisma-drift/prisma-drift"
SOURCE = f"git+{REPOSITORY}"
"""What pip, pipx and uv install. No registry has the program yet: a package of its name there would be somebody else's."""
INSTALL = f"pipx install {SOURCE}"


RUNNER = "PRISMA_DRIFT_RUNNER"
"""Set by the launcher of the npm package: by which command it was started."""
_RUNNERS = frozenset({"npx", "pnpm exec", "pnpm dlx", "yarn", "yarn dlx", "bunx"})
SUBCOMMANDS = (
    "action", "backfill", "baseline", "cache", "check", "completions", "diff", "fix", "gate", "help", "hook", "init", "install",
    "projects", "smoke", "version",
)  # fmt: skip
_PRINTED = (
    r"(?<![\w./@+-])(?<!npx )(?<!exec )(?<!dlx )(?<!yarn )(?<!bunx )prisma-drift(?= (?:"
    + "|".join(SUBCOMMANDS)
    + r")\b)"
)
_OTHERWISE = r"\b(?:uvx|(?:pipx|docker) run)\b"
"""A line with another way to start it stays as it is."""


def as_called(text: str, environment: Mapping[str, str] = os.environ) -> str:
    """A text for people, in which the program's commands can be typed by somebody who has it from npm alone."""
    runner = environment.get(RUNNER, "")
    if runner not in _RUNNERS or "prisma-drift " not in text:
        return text
    import re  # most runs have no runner, and the hook counts its milliseconds

    return text if re.search(_OTHERWISE, text) else re.sub(_PRINTED, f"{runner} prisma-drift", text)


def typed(*words: str) -> str:
    """Words for a POSIX shell: each quoted where it holds anything but what never needs it."""
    return " ".join(map(_word, words))


def _word(path: str) -> str:
    if path and all(sign.isascii() and (sign.isalnum() or sign in "_./-@+,:%=") for sign in path):
        return path
    return "'" + path.replace("'", "'\"'\"'") + "'"
