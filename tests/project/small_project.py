"""A small project from a schema's models and its migrations, checked in this process."""

from __future__ import annotations

from pathlib import Path

from prisma_drift.model.report import Report
from prisma_drift.pipeline import check
from prisma_drift.project import Config, Flags, load_config

HEAD = 'datasource db {\n  provider = "postgresql"\n%s}\n\ngenerator client {\n  provider = "prisma-client"\n  output = "client"\n%s}\n\n'


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def project(
    folder: Path,
    models: str,
    *migrations: str,
    datasource: str = "",
    generator: str = "",
    settings: str = "",
    version: str = "7.10.0",
    files: dict[str, str] | None = None,
) -> Config:
    """The project in `folder`; migrations are numbered by time, unless `files` has its own."""
    url = '  url = env("DATABASE_URL")\n' if version < "7" else ""
    lines = url + "".join(f"  {line}\n" for line in datasource.splitlines())
    made = {
        "package.json": f'{{"devDependencies": {{"prisma": "{version}"}}}}\n',
        "prisma/schema.prisma": HEAD % (lines, "".join(f"  {line}\n" for line in generator.splitlines()))
        + models,
        "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
    }
    for number, sql in enumerate(migrations, 1):
        made[f"prisma/migrations/2024010{number}000000_m{number}/migration.sql"] = sql
    if settings:
        made["prisma-drift.yml"] = settings
    write(folder, made | (files or {}))
    (config,) = load_config(Flags(path=str(folder)), {})
    return config


def report(folder: Path, models: str, *migrations: str, **settings: object) -> Report:
    return check.run(project(folder, models, *migrations, **settings))  # type: ignore[arg-type]


def ids(found: Report) -> list[str]:
    """Of the findings that are more than notes."""
    return [one.id for one in found.findings if one.severity != "note"]
