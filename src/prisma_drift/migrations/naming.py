"""Names of migration folders: a time that sorts after the newest, and a word for what the migration does."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from ..model.version import LATEST, Version
from .folder import order

_STAMP = re.compile(r"(\d{14})(?:_|$)")
_NUMBER = re.compile(r"(\d+)(?:_|$)")
_MOST = 80
"""Characters of the word: file systems allow 255 bytes for the whole name, and people read it."""


def next_name(newest: str, word: str, now: datetime | None = None, *, version: Version = LATEST) -> str:
    """`word` behind a time (UTC, to the second) that sorts after `newest`: `now`, or a second later than that of `newest`.

    Prisma runs folders in the order of their names, as that `version` sorts them. A history that is numbered by hand
    (`0001_init`) goes on being numbered.
    """
    now = now or datetime.now(UTC)
    stamp = f"{now:%Y%m%d%H%M%S}"
    name = slug(word)
    if found := _STAMP.match(newest):
        if found[1] >= stamp:
            stamp = _after(found[1])
    elif (found := _NUMBER.match(newest)) and newest >= stamp:
        stamp = str(int(found[1]) + 1).zfill(len(found[1]))
    made = f"{stamp}_{name}"
    # Behind a name that sorts after every number (`init`), only its own beginning comes later.
    return made if order(made, version) > order(newest, version) else f"{newest}_{made}"


def name_behind(other: str, name: str) -> str:
    """The name that lets a migration run right behind `other`: its words behind a time a second later."""
    words = re.sub(r"^\d+_?", "", name) or name
    stamp = _STAMP.match(other)
    return f"{_after(stamp[1])}_{words}" if stamp else f"{other}_{words}"


def slug(word: str) -> str:
    """The word as `prisma migrate dev --name` writes it: lower case, everything but letters and digits as one `_`."""
    return re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_")[:_MOST].strip("_") or "align"


def _after(stamp: str) -> str:
    """The 14 digits a second later; where they are no time, the next number."""
    try:
        moment = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC) + timedelta(seconds=1)
        return f"{moment:%Y%m%d%H%M%S}"
    except (ValueError, OverflowError):
        return str(int(stamp) + 1).zfill(14)
