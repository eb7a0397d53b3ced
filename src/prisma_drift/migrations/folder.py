"""Prisma's rules of a migrations folder: what is a migration, in which order they run, what the lock file says.

From names and bytes alone, so that the folder on disk and the one that is staged keep to the same rules.
"""

from __future__ import annotations

import os
import unicodedata

from ..model.version import LATEST, Version

MIGRATION_FILE = "migration.sql"
LOCK_FILE = "migration_lock.toml"
PROVIDER_NOT_FOUND = "<PROVIDER NOT FOUND>"


def lock_provider(lock: bytes) -> str:
    """The first line that begins with `provider` decides, as in Prisma, which reads no TOML here."""
    for line in lock.decode("utf-8", "replace").splitlines():
        if line.startswith("provider"):
            return line.removeprefix("provider = ").strip().strip('"')
    return PROVIDER_NOT_FOUND


def is_stray(path: str) -> bool:
    """Whether a file, by its path inside the folder, is SQL that Prisma never runs.

    `down.sql` is left alone: Prisma's own guide to undoing a migration makes it.
    """
    name = path.rpartition("/")[2]
    if not name.endswith(".sql") or name == "down.sql":
        return False
    return path.count("/") != 1 or name != MIGRATION_FILE


_PUNCTUATION = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
"""In the order of the Unicode collation, all of it before digits and letters."""

Rank = tuple[str, tuple[str, ...], bytes]
"""What two names are compared by: their letters, each as its kind and itself, then accents, then case (or nothing but bytes)."""


def _letter(sign: str) -> str:
    at = _PUNCTUATION.find(sign)
    kind = 3 if sign.isalpha() else 2 if sign.isdigit() else 0 if at >= 0 else 1
    return f"{kind}{sign.lower() if kind else chr(at)}"


_ASCII = {code: _letter(chr(code)) for code in range(128)}
_CASES = {code: str(int(chr(code).isupper())) for code in range(128)}


def order(name: str, version: Version = LATEST) -> Rank:
    """What a release of Prisma sorts migrations by. With timestamps in front, every release has the order in time.

    The command line sorts by JavaScript's localeCompare since 6.6, and the engine keeps that order; before, the engine
    sorted by bytes.
    """
    raw = os.fsencode(name)
    return _alphabetical(name, raw) if version.sorts_alphabetically else ("", (), raw)


def _alphabetical(name: str, raw: bytes) -> Rank:
    """The root collation of ICU for what names of folders hold: punctuation, digits, letters; accents and case break ties.

    Lower case comes first. Signs that are none of these are taken to come between punctuation and digits.
    """
    if name.isascii():
        return name.translate(_ASCII), (), os.fsencode(name.translate(_CASES)) + raw
    letters: list[str] = []
    accents: list[str] = []
    for sign in unicodedata.normalize("NFD", name):
        if unicodedata.combining(sign):
            if accents:
                accents[-1] += sign
            continue
        letters.append(_letter(sign))
        accents.append("")
    cases = "".join("1" if sign.isupper() else "0" for sign in unicodedata.normalize("NFD", name))
    return "".join(letters), tuple(accents), os.fsencode(cases) + raw
