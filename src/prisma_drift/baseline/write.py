"""Writes a baseline: its folder as a whole or not at all, in place of the old one where that is asked for, and how databases adopt it."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DriftError
from ..migrations.folder import LOCK_FILE, MIGRATION_FILE
from ..migrations.history import Migration
from ..migrations.writing import LOCK_TEXT, place_for_making
from ..pipeline.fix import workshop
from ..postgres.catalog.reader import quote

if TYPE_CHECKING:
    from ..project import Config
    from .model import Baseline

_AT_FDCWD, _SWAP = -100, 2
"""Of Linux' renameat2 and of macOS' renamex_np."""


def write_baseline(config: Config, made: Baseline, folder: Path) -> None:
    """The new migrations folder, as a whole or not at all; the old one is not touched. DriftError."""
    assert config.migrations is not None
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DriftError(
            f"{folder} is there already.",
            id="output-unwritable",
            hint="Give --output a folder that does not exist.",
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Best where git does not look: a run that is killed leaves it.
        work = Path(
            tempfile.mkdtemp(
                prefix=".prisma-drift-", dir=place_for_making(folder, workshop(config.migrations))
            )
        )
        try:
            _fill(config.migrations, made, work)
            mask = os.umask(0)
            os.umask(mask)
            work.chmod(0o777 & ~mask)
            work.rename(folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise DriftError(
            f"{folder} cannot be written: {error.strerror or error}.",
            id="output-unwritable",
            hint="Give --output a folder in a place that can be written to.",
        ) from error


def replace_history(config: Config, made: Baseline, old: Path) -> None:
    """Put the baseline in place of the migrations folder, which becomes `old`: at any moment each is whole. DriftError."""
    assert config.migrations is not None
    write_baseline(config, made, old)
    try:
        _exchange(config.migrations, old)
    except OSError as error:
        shutil.rmtree(old, ignore_errors=True)
        raise DriftError(
            f"{config.migrations} cannot be replaced: {error.strerror or error}.",
            id="output-unwritable",
            hint="Write the baseline beside it with --output DIR, and move both by hand.",
        ) from error


def _exchange(here: Path, there: Path) -> None:
    """Two folders of one file system change names: in one step where the system has one for it."""
    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(here), os.fsencode(there)
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        done = library.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _SWAP) == 0
    elif sys.platform == "darwin" and hasattr(library, "renamex_np"):
        done = library.renamex_np(names[0], names[1], _SWAP) == 0
    else:
        done = False
    if done:
        return
    # A file system or a system without it: three steps, each undone where the next fails.
    aside = Path(tempfile.mkdtemp(prefix=".prisma-drift-", dir=here.parent)) / here.name
    try:
        here.rename(aside)
        try:
            there.rename(here)
        except OSError:
            aside.rename(here)
            raise
        aside.rename(there)
    finally:
        with suppress(OSError):
            aside.parent.rmdir()


def _fill(old: Path, made: Baseline, work: Path) -> None:
    texts = {made.name: made.sql} | {one.name: one.sql for one in made.kept}
    for name, text in texts.items():
        (work / name).mkdir()
        _write(work / name / MIGRATION_FILE, text)
    lock = old / LOCK_FILE
    _write(work / LOCK_FILE, lock.read_text("utf-8") if lock.is_file() else LOCK_TEXT)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def adoption_sql(made: Baseline, default_schema: str) -> str:
    """One transaction for a database that has run everything that is replaced: it changes `_prisma_migrations` alone."""
    table = f"{quote(default_schema)}.{quote('_prisma_migrations')}"
    names = ",\n    ".join(_literal(one.name) for one in made.replaced)
    checksum = Migration(made.name, "", "", made.sql).checksum
    tag = "$adopt$"
    while tag in names:
        # A folder may be called anything.
        tag = f"{tag[:-1]}_$"
    return f"""\
BEGIN;
SELECT pg_advisory_xact_lock(72707369);
DO {tag}
BEGIN
  IF (SELECT count(DISTINCT migration_name) FROM {table}
      WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL AND migration_name IN (
    {names})) <> {len(made.replaced)} THEN
    RAISE EXCEPTION 'not every migration that the baseline replaces has run here: deploy them first';
  END IF;
END
{tag};
INSERT INTO {table}
  (id, checksum, migration_name, logs, started_at, finished_at, applied_steps_count)
  SELECT gen_random_uuid()::text, {_literal(checksum)}, {_literal(made.name)}, '', min(started_at), now(), 1
  FROM {table};
DELETE FROM {table} WHERE migration_name IN (
    {names});
COMMIT;
"""  # noqa: S608  names are quoted, texts are literals


def _literal(text: str) -> str:
    plain = text.replace("'", "''")
    return f"E'{plain.replace(chr(92), chr(92) * 2)}'" if "\\" in plain else f"'{plain}'"
