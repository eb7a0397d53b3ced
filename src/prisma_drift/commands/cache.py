"""`prisma-drift cache`: what earlier runs have left for later ones, and how to be rid of it."""

from __future__ import annotations

import argparse
import os
import time

from ..cache.place import place
from ..cache.store import LIMIT, Entry, Store
from ..errors import EXIT_IN_STEP
from ..model.counted import counted
from .common import Commands, Parser

_DESCRIPTION = """\
What earlier runs have left, so that a history that was run once need not be run again.

Everything in it can go at any time. PRISMA_DRIFT_CACHE names another folder, or is `off`; --no-cache
of the other commands neither reads nor writes it.
"""
_KINDS = {
    "blank": "servers on which nothing has been run",
    "data": "servers on which a history has been run, which can be gone on with",
    "whole": "servers on which a history has been run",
    "ran": "histories that run",
    "said": "reports",
    "read": "catalogs of migrated databases",
    "asked": "answers to what a schema's words mean",
    "seen": "migrations folders, by how their files look",
    "ahead": "folders that a call looks at first",
}


def add(commands: Commands[Parser]) -> None:
    """The command with its words."""
    command = commands.add_parser(
        "cache",
        help="what earlier runs have left: show it, clear it",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "what", nargs="?", choices=("show", "clear"), default="show", help="show (default) | clear"
    )


def run(options: argparse.Namespace) -> int:
    """Show the cache, or clear it; 0."""
    root = place(os.environ)
    if root is None:
        why = "PRISMA_DRIFT_CACHE is off" if os.environ.get("PRISMA_DRIFT_CACHE") else "there is none here"
        print(f"nothing is kept: {why}")
        return EXIT_IN_STEP
    store = Store.open(root, make=False)
    if store is None:
        there = root.is_symlink() or root.exists()
        print(
            f"{root}: {'not used, since it is not your own folder alone (chmod 700)' if there else 'empty'}"
        )
        return EXIT_IN_STEP
    try:
        if options.what == "clear":
            print(f"{root}: {counted(store.clear(), 'entry', 'entries')} removed")
        else:
            for line in _lines(store):
                print(line)
    finally:
        store.close()
    return EXIT_IN_STEP


def _lines(store: Store) -> list[str]:
    entries = store.entries()
    held = sum(one.size for one in entries)
    lines = [f"{store.root}: {_size(held)} of {_size(LIMIT)}"]
    for kind, words in _KINDS.items():
        found = [one for one in entries if one.name.startswith(f"{kind}-")]
        if found:
            lines.append(
                f"{len(found):6} {words}, {_size(sum(one.size for one in found))}, last used {_ago(found[0])}"
            )
    return lines


def _size(count: int) -> str:
    return f"{count / (1 << 20):.1f} MiB"


def _ago(entry: Entry) -> str:
    seconds = max(0.0, time.time() - entry.used)
    for length, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= length:
            return f"{counted(int(seconds // length), word)} ago"
    return "just now"
