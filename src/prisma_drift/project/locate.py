"""Where the schema and the migrations are, when nobody said: Prisma's own places, in Prisma's order."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import ProjectError
from ..model.source import Position
from ..model.values import frozen
from .datasource import find_datasource
from .prisma_config import PrismaConfig, package_schema

_SKIPPED_FOLDERS = {"node_modules", "dist", "build", "out", "coverage", "vendor", "__pycache__", "venv"}
_MAX_DEPTH = 6


@frozen
class Found:
    """A schema and who named it."""

    schema: Path
    source: str
    position: Position | None = None


def find_schema(project: Path, config: PrismaConfig | None) -> Found | None:
    """The schema file or folder of `project`; None where none of the usual places has one.

    prisma.config, then package.json, then `schema.prisma`, `prisma/schema.prisma`, then folders of *.prisma files
    (Prisma before 6.7 took `prisma/schema/` unasked). Raises ProjectError where a named schema does not exist, or
    where several files could be the one.
    """
    named = config.path("schema") if config else None
    if config and named:
        return Found(_existing(named, config.file.name), config.file.name)
    named = package_schema(project)
    if named:
        return Found(_existing(named, "package.json"), "package.json")
    own = project / "schema.prisma"
    if own.is_file():
        # A folder handed over directly may be a schema in several files, of which schema.prisma is one.
        alone = (project / "package.json").exists() or len(_prisma_files(project)) == 1
        return Found(own if alone else project, "schema.prisma")
    if (project / "prisma" / "schema.prisma").is_file():
        return Found(project / "prisma" / "schema.prisma", "prisma/schema.prisma")
    for folder in (project / "prisma" / "schema", project / "schema", project / "prisma", project):
        if folder in (project / "schema", project) and not any(folder.glob("*.prisma")):
            continue
        files = [f for f in _prisma_files(folder) if f.name != "contract.prisma"]
        if len(files) == 1 and folder.name != "schema":
            return Found(files[0], files[0].relative_to(project).as_posix())
        if files:
            return Found(_one_schema(folder, files), folder.relative_to(project).as_posix())
    return None


def _one_schema(folder: Path, files: list[Path]) -> Path:
    """The folder, if its files make one schema: just one of them may hold a datasource."""
    with_datasource = [f for f in files if find_datasource(f)]
    if len(with_datasource) <= 1:
        return folder
    names = ", ".join(f.relative_to(folder).as_posix() for f in with_datasource)
    raise ProjectError(
        f"{folder} holds several schemas: {names} each have a datasource.",
        id="project-several-schemas",
        hint="Say which one with --schema, or list them under `projects` in prisma-drift.yml.",
    )


def find_migrations(schema: Path, config: PrismaConfig | None) -> Path | None:
    """The migrations folder of a schema; None where it has none yet.

    What prisma.config names; else `migrations` beside the file with the datasource block (Prisma since 6.6), in the
    schema folder, or beside it (before).
    """
    named = config.path("migrations", "path") if config else None
    if named:
        return named if named.is_dir() else None
    base = schema if schema.is_dir() else schema.parent
    datasource = find_datasource(schema)
    places = [datasource.file.parent] if datasource else []
    places.append(base)
    if schema.is_dir():
        places.append(schema.parent)
    return next((place / "migrations" for place in places if (place / "migrations").is_dir()), None)


def projects_below(folder: Path) -> list[Path]:
    """Sub-folders that have a schema in one of Prisma's places, sorted; links and hidden folders are not entered."""
    found: list[Path] = []
    for place, names, files in os.walk(folder):
        here = Path(place)
        names[:] = sorted(n for n in names if n not in _SKIPPED_FOLDERS and not n.startswith("."))
        if len(here.relative_to(folder).parts) >= _MAX_DEPTH:
            names.clear()
        has_schema = (
            "schema.prisma" in files
            or (here / "prisma" / "schema.prisma").is_file()
            or bool(_prisma_files(here / "prisma" / "schema"))
            or any(f.startswith(("prisma.config.", "prisma7.config.")) for f in files)
            or ("package.json" in files and package_schema(here) is not None)
        )
        if has_schema and here != folder:
            found.append(here)
            names.clear()
    return found


def not_found(project: Path, config: PrismaConfig | None) -> ProjectError:
    """What to say where no schema was found."""
    opaque = config.opaque if config else None
    reading = f" ({config.file.name} computes its settings, and is not run)" if config and opaque else ""
    return ProjectError(
        f"No Prisma schema in {project}: looked for `schema` in prisma.config.*{reading}, `prisma.schema` in package.json, "
        "schema.prisma, prisma/schema.prisma, prisma/schema/*.prisma, and the same in the folders below.",
        id="project-no-schema",
        hint="Run this in the project's folder, name the folder as PATH, or the schema with --schema.",
    )


def _existing(path: Path, source: str) -> Path:
    if path.exists():
        return path
    raise ProjectError(
        f"The schema {path}, named in {source}, does not exist.",
        id="project-no-schema",
        hint=f"Correct the path in {source}, or name the schema with --schema.",
    )


def _prisma_files(folder: Path) -> list[Path]:
    """Every *.prisma below a folder, sorted; package and build folders are not entered."""
    found: list[Path] = []
    for place, names, files in os.walk(folder):
        names[:] = [n for n in names if n not in _SKIPPED_FOLDERS and not n.startswith(".")]
        found += [Path(place) / name for name in files if name.endswith(".prisma")]
    return sorted(found)
