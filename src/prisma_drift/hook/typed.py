"""A repository's names as words of a shell command that someone will copy."""

from __future__ import annotations


def typed(path: str) -> str:
    """One word for a POSIX shell: quoted where it holds anything but what never needs it."""
    if path and all(sign.isascii() and (sign.isalnum() or sign in "_./-@+,:%=") for sign in path):
        return path
    return "'" + path.replace("'", "'\"'\"'") + "'"
