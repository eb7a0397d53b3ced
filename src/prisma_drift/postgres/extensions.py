"""Which extensions a migration may create on the shadow, and how the unprivileged role comes to be allowed to.

Postgres lets a role that owns its database create extensions whose control file says `trusted`. A folder of our own
holds such control files for the extensions below; their scripts stay where the installation has them.
"""

from __future__ import annotations

import re
import shutil
from importlib.resources import as_file, files
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


def write_control_files(installation: Installation, folder: Path) -> None:
    """Fills `folder` with control files of the allowed extensions that the installation has, and with the stand-ins."""
    folder.mkdir(parents=True)
    present = {path.stem for path in installation.extensions.glob("*.control")}
    for name in sorted((ALLOWED & present) - NEVER_REAL):
        control = (installation.extensions / f"{name}.control").read_text()
        (folder / f"{name}.control").write_text(trusted(control, installation.extensions))
    wanted = STAND_INS - (present - NEVER_REAL)
    with as_file(files(__package__) / "standins") as source:
        for path in sorted(source.iterdir()):
            if path.name.split("--")[0].removesuffix(".control") in wanted:
                shutil.copyfile(path, folder / path.name)


def trusted(control: str, scripts: Path) -> str:
    """The control file's text as that of a trusted extension whose scripts stand in the folder `scripts`."""
    kept = [line for line in control.splitlines() if not re.match(r"\s*(trusted|directory)\s*=", line)]
    quoted = str(scripts).replace("'", "''")
    return "\n".join([*kept, "trusted = true", f"directory = '{quoted}'", ""])
