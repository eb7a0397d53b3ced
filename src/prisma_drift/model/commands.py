"""A repository's names as words of a shell command that someone will copy."""

from __future__ import annotations

REPOSITORY = "https://github.com/prisma-drift/prisma-drift"
SOURCE = f"git+{REPOSITORY}"
"""What pip, pipx and uv install. No registry has the program yet: a package of its name there would be somebody else's."""
INSTALL = f"pipx install {SOURCE}"


def typed(*words: str) -> str:
    """Words for a POSIX shell: each quoted where it holds anything but what never needs it."""
    return " ".join(map(_word, words))


def _word(path: str) -> str:
    if path and all(sign.isascii() and (sign.isalnum() or sign in "_./-@+,:%=") for sign in path):
        return path
    return "'" + path.replace("'", "'\"'\"'") + "'"
