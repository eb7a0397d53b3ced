"""From flags, environment, prisma-drift.yml and what lies in the project to one Config per project."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ..errors import ProjectError
from ..git import top_level
from ..model.values import fields_of, frozen, replace
from ..model.version import Version
from .datasource import default_schema_of, find_datasource
from .locate import find_migrations, find_schema, not_found, projects_below
from .prisma_config import PrismaConfig, find_prisma_config
from .settings import STRATEGIES, Settings, find_settings
from .values import Config, Flags, Skipped
from .version import find_version, parse_version, refuse_contract

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}


@frozen
class _Call:
    """What every project of one call shares."""

    flags: Flags
    environment: Mapping[str, str]
    root: Path


def load_config(flags: Flags, environment: Mapping[str, str]) -> tuple[Config, ...]:
    """The settings of the project at `flags.path`, or of each project there in a monorepo: as listed, else by path.

    Order of force: flag, `PRISMA_DRIFT_…` in `environment`, prisma-drift.yml, what the project says, default.
    Nothing but files is read, nothing of the project is run. Raises ProjectError (with file and line where there
    is one) where a schema cannot be found or a setting not be understood.
    """
    flags = _with_environment(flags, environment)
    path = _absolute(flags.path or ".")
    if not path.exists():
        raise ProjectError(
            f"There is no file or folder `{flags.path}`.",
            id="project-no-schema",
            hint="Give a project's folder as PATH.",
        )
    project = path if path.is_dir() else _project_of(path)
    if path.is_file():
        flags = replace(flags, schema=flags.schema or str(path))
    root = top_level(project) or project
    file = _absolute(flags.config) if flags.config else find_settings(project, root)
    settings = _read(file) if file else Settings()
    call = _Call(flags, environment, root)
    if not flags.config and file and file.parent != project:
        settings = _inherited(settings, project)
    if settings.projects and flags.schema is None:
        listed = (_overlay(entry, settings) for entry in settings.projects)
        return tuple(_load(call, entry.path or project, entry) for entry in listed)
    if flags.schema is None and settings.schema is None:
        config = find_prisma_config(project)
        if find_schema(project, config) is None:
            refuse_contract(project, None, config)
            return _load_below(call, project, settings, config)
    return (_load(call, project, settings),)


def _read(file: Path) -> Settings:
    from .settings_reader import read_settings  # most projects have no such file, and YAML is slow to import

    return read_settings(file)


def _load(call: _Call, project: Path, settings: Settings) -> Config:
    flags, root = call.flags, call.root
    schema, prisma_config = _schema(call, project, settings)
    refuse_contract(project, schema, prisma_config)
    version, version_source = _version(call, project, schema, settings)
    initial, tables, enums = _shadow_rules(settings, prisma_config)
    return Config(
        root=root,
        project=project,
        name=settings.name or (Path(os.path.relpath(project, root)).as_posix() if settings.path else ""),
        schema=schema,
        migrations=_migrations(flags, project, schema, settings, prisma_config),
        default_schema=flags.default_schema
        or settings.default_schema
        or _found_default_schema(schema, project, prisma_config, call.environment),
        version=version,
        version_source=version_source,
        shadow=flags.shadow or settings.shadow or "embedded",
        init_sql=initial,
        external_tables=frozenset(tables),
        external_enums=frozenset(enums),
        backfill=settings.backfill or (),
        strategy=_strategy(flags) or settings.strategy or "preserve",
        renames=tuple(dict.fromkeys((*(settings.renames or ()), *flags.renames))),
        fail_on=settings.fail_on or "error",
        quiet=bool(flags.quiet),
        settings=settings.file,
    )


def _load_below(
    call: _Call, project: Path, settings: Settings, config: PrismaConfig | None
) -> tuple[Config, ...]:
    """Every project below a folder that is none itself; those of other databases are passed over by name."""
    found: list[Config] = []
    skipped: list[Skipped] = []
    for folder in projects_below(project):
        shown = os.path.relpath(folder, call.root)
        below = find_schema(folder, find_prisma_config(folder))
        datasource = find_datasource(below.schema) if below else None
        if below is None:
            skipped.append(Skipped(shown, "it has a prisma.config file and no schema"))
        elif datasource is None:
            skipped.append(Skipped(shown, "its schema has no datasource"))
        elif datasource.provider not in ("postgresql", "postgres"):
            skipped.append(
                Skipped(shown, f"its datasource is {datasource.provider or 'not named'}, not postgresql")
            )
        else:
            found.append(_load(call, folder, replace(settings, path=folder)))
    if not found:
        raise not_found(project, config)
    if len(found) == 1:
        found[0] = replace(found[0], name="")
    found[0] = replace(found[0], skipped=tuple(skipped))
    return tuple(found)


def _with_environment(flags: Flags, environment: Mapping[str, str]) -> Flags:
    """Flags that were not given, filled from PRISMA_DRIFT_…; an empty variable counts as not set."""
    filled: dict[str, object] = {}
    for name in fields_of(flags):
        variable = f"PRISMA_DRIFT_{name.upper()}"
        value = environment.get(variable, "")
        if getattr(flags, name) is not None or not value:
            continue
        if name == "quiet":
            if value.lower() not in _TRUE | _FALSE:
                raise ProjectError(f"{variable} is {value!r}.", hint="Set it to true or false.")
            filled[name] = value.lower() in _TRUE
        else:
            filled[name] = value
    return replace(flags, **filled)


def _inherited(settings: Settings, project: Path) -> Settings:
    """What a prisma-drift.yml further up means for `project`: its own entry there, else all but the paths."""
    for entry in settings.projects:
        if entry.path and _absolute(entry.path) == project:
            return _overlay(entry, settings)
    return replace(settings, schema=None, migrations=None, projects=())


def _overlay(entry: Settings, over: Settings) -> Settings:
    """An entry of `projects`, with the file's own settings where it has none."""
    kept = ("file", "name", "path", "schema", "migrations", "projects", "lines")
    inherited = {
        name: getattr(over, name)
        for name in fields_of(entry)
        if name not in kept and getattr(entry, name) is None
    }
    path = _absolute(entry.path) if entry.path else None
    if path and not path.is_dir():
        raise ProjectError(
            f"The project folder {path} does not exist.",
            id="settings-invalid",
            hint="Correct `path`; it is relative to the settings file.",
            position=entry.position("path"),
        )
    return replace(entry, path=path, **inherited)


def _schema(call: _Call, project: Path, settings: Settings) -> tuple[Path, PrismaConfig | None]:
    """The schema, and the prisma.config file that speaks of it."""
    config = find_prisma_config(project)
    if call.flags.schema:
        schema = _given(call.flags.schema, project, "--schema")
    elif settings.schema:
        schema = _absolute(settings.schema)
        if not schema.exists():
            raise ProjectError(
                f"The schema {schema} does not exist.",
                id="project-no-schema",
                hint="Correct `schema`; it is relative to the settings file.",
                position=settings.position("schema"),
            )
    else:
        found = find_schema(project, config)
        if found is None:
            refuse_contract(project, None, config)
            raise not_found(project, config)
        return _absolute(found.schema), config
    return schema, config or _config_above(project, call.root, schema)


def _config_above(project: Path, root: Path, schema: Path) -> PrismaConfig | None:
    """The prisma.config of the package that a given schema lies in, if it is that schema's."""
    home = _package_folder(schema.parent)
    config = find_prisma_config(home) if home != project and root in (home, *home.parents) else None
    named = config.path("schema") if config else None
    return config if named is None or named.resolve() == schema.resolve() else None


def _migrations(
    flags: Flags, project: Path, schema: Path, settings: Settings, config: PrismaConfig | None
) -> Path | None:
    if flags.migrations:
        return _given(flags.migrations, project, "--migrations")
    if settings.migrations:
        folder = _absolute(settings.migrations)
        if not folder.is_dir():
            raise ProjectError(
                f"The migrations folder {folder} does not exist.",
                hint="Correct `migrations`; it is relative to the settings file.",
                position=settings.position("migrations"),
            )
        return folder
    found = find_migrations(schema, config)
    return _absolute(found) if found else None


def _version(call: _Call, project: Path, schema: Path, settings: Settings) -> tuple[Version, str]:
    if wanted := call.flags.prisma_version:
        source = "environment" if wanted == call.environment.get("PRISMA_DRIFT_PRISMA_VERSION") else "flag"
        return parse_version(wanted, source), source
    if settings.prisma_version and settings.file:
        return parse_version(settings.prisma_version, settings.file.name), settings.file.name
    base = schema if schema.is_dir() else schema.parent
    return find_version(base if project in base.parents else project, call.root)


def _shadow_rules(
    settings: Settings, config: PrismaConfig | None
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The SQL that runs first, and the tables and enums that are left alone."""
    initial, tables, enums = settings.init_shadow_db, settings.external_tables, settings.external_enums
    if config:
        initial = config.text("migrations", "initShadowDb") if initial is None else initial
        tables = config.strings("tables", "external") if tables is None else tables
        enums = config.strings("enums", "external") if enums is None else enums
    return initial or "", tables or (), enums or ()


def _found_default_schema(
    schema: Path, project: Path, config: PrismaConfig | None, environment: Mapping[str, str]
) -> str:
    datasource = find_datasource(schema)
    url = config.url() if config else None
    if url is None and datasource:
        url = datasource.url
    base = schema if schema.is_dir() else schema.parent
    places = [project, _package_folder(base), base, project / "prisma"]
    return default_schema_of(url, environment, list(dict.fromkeys(places))) or "public"


def _strategy(flags: Flags) -> str | None:
    if flags.strategy is not None and flags.strategy not in STRATEGIES:
        raise ProjectError(f"{flags.strategy!r} is no strategy.", hint=f"Use one of {', '.join(STRATEGIES)}.")
    return flags.strategy


def _given(path: str, project: Path, flag: str) -> Path:
    """A path from a flag: relative to the current folder, else to the project."""
    for candidate in (_absolute(path), _absolute(project / path)):
        if candidate.exists():
            return candidate
    raise ProjectError(f"{flag} {path} does not exist.", hint=f"Correct the path after {flag}.")


def _project_of(schema: Path) -> Path:
    """The project's folder for a schema file: its package, else the folder above `prisma/`."""
    package = _package_folder(schema.parent)
    if not (package / "package.json").is_file() and schema.parent.name == "prisma":
        return schema.parent.parent
    return package


def _package_folder(folder: Path) -> Path:
    """The nearest folder upward with a package.json; `folder` itself where there is none."""
    for place in (folder, *folder.parents):
        if (place / "package.json").is_file():
            return place
    return folder


def _absolute(path: Path | str) -> Path:
    """Absolute and without `..`, links kept: reports show the paths that people use."""
    return Path(os.path.abspath(path))  # noqa: PTH100
