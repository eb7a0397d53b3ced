"""SQL that is run behind the migrations: the rows that a project brings along, and a mend."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..beneath import read, read_anywhere
from ..errors import DriftError
from ..model.source import Position
from .copied import without_copy

if TYPE_CHECKING:
    from ..postgres.server.database import Database
    from ..project import Config


def read_seed(file: Path, root: Path | None = None) -> str:
    """The text of a file of rows; with `root`, no link leads out of it. DriftError where it cannot be read.

    What pg_dump or psql would have as COPY is an INSERT in it.
    """
    try:
        return without_copy((read_anywhere(file) if root is None else read(root, file)).decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise DriftError(
            f"The seed {file} cannot be read: {getattr(error, 'strerror', None) or error}.",
            id="seed-unreadable",
            hint="Give --seed a file of SQL in UTF-8.",
        ) from None


def run_text(config: Config, database: Database, name: str, file: str, sql: str) -> None:
    """Run a text as a migration would be. DriftError where it does not apply."""
    from ..postgres.apply.migrations import ApplyError, MigrationText, apply

    try:
        apply(
            database,
            [MigrationText(name, file, sql)],
            default_schema=config.default_schema,
            version=config.version,
        )
    except ApplyError as error:
        state = f" ({error.sqlstate})" if error.sqlstate else ""
        raise DriftError(
            f"The {name} does not apply: {error.server_message or error.message}{state}.",
            id="seed-failed" if name == "seed" else error.id,
            hint="It runs behind all migrations, on a database without a row of its own; mend the file."
            if name == "seed"
            else error.hint,
            position=error.position or Position(file, 1),
            excerpt=error.excerpt,
        ) from None


def seeded(config: Config, database: Database) -> None:
    """Run the project's seed, where it has one. DriftError where it cannot be read or does not apply."""
    if config.seed is not None:
        sql = read_seed(config.seed, config.root if config.seed_from_file else None)
        run_text(config, database, "seed", config.shown(config.seed), sql)
