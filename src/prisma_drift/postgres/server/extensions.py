"""Which extensions a migration may create on the shadow, and how the unprivileged role comes to be allowed to.

Postgres lets a role that owns its database create extensions whose control file says `trusted`. A folder of our own
holds such control files for the extensions below; their scripts stay where the installation has them.
"""

from __future__ import annotations

import re
from pathlib import Path

from .installation import Installation

ALLOWED = frozenset(
    {
        "amcheck",
        "autoinc",
        "bloom",
        "btree_gin",
        "btree_gist",
        "citext",
        "cube",
        "dict_int",
        "dict_xsyn",
        "earthdistance",
        "fuzzystrmatch",
        "hstore",
        "insert_username",
        "intarray",
        "isn",
        "lo",
        "ltree",
        "moddatetime",
        "pg_buffercache",
        "pg_freespacemap",
        "pg_prewarm",
        "pg_stat_statements",
        "pg_trgm",
        "pg_visibility",
        "pgcrypto",
        "pgrowlocks",
        "pgstattuple",
        "plpgsql",
        "refint",
        "seg",
        "tablefunc",
        "tcn",
        "tsm_system_rows",
        "tsm_system_time",
        "unaccent",
        "uuid-ossp",
        "vector",
    }
)
"""Their scripts hold definitions alone, and nothing in them reaches a file, a program or another host."""

STAND_INS = frozenset({"pgcrypto", "uuid-ossp", "dblink", "postgres_fdw"})
"""Written in SQL, in `standins/`. dblink and postgres_fdw have the real one's functions but never connect anywhere."""

NEVER_REAL = frozenset({"dblink", "postgres_fdw"})


def write_control_files(installation: Installation, folder: Path, scripts: Path | None = None) -> None:
    """Fills `folder` with control files of the allowed extensions that the installation has, and with the stand-ins.

    `scripts`: where the server finds the extensions' SQL; by default where the installation has it.
    """
    folder.mkdir(parents=True)
    present = {path.stem for path in installation.extensions.glob("*.control")}
    for name in sorted((ALLOWED & present) - NEVER_REAL):
        control = (installation.extensions / f"{name}.control").read_text()
        (folder / f"{name}.control").write_text(trusted(control, scripts or installation.extensions))
    for path in stand_in_files(STAND_INS - (present - NEVER_REAL)):
        (folder / path.name).write_bytes(path.read_bytes())


def stand_in_files(names: frozenset[str]) -> list[Path]:
    """Control files and scripts of these stand-ins."""
    folder = Path(__file__).parent / "standins"
    return sorted(path for path in folder.iterdir() if path.stem.split("--")[0] in names)


def trusted(control: str, scripts: Path) -> str:
    """The control file's text as that of a trusted extension whose scripts stand in the folder `scripts`."""
    kept = [line for line in control.splitlines() if not re.match(r"\s*(trusted|directory)\s*=", line)]
    quoted = str(scripts).replace("'", "''")
    return "\n".join([*kept, "trusted = true", f"directory = '{quoted}'", ""])
