"""From flags, environment, prisma-drift.yml and what lies in the project to one Config per project."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from ..beneath import OutsideError, folder, inside
from ..errors import ProjectError
from ..git.repository import top_level
from ..model.commands import typed
from ..model.source import Position
from ..model.values import fields_of, frozen, replace
from ..model.version import Version
from .datasource import default_schema_of
from .files import DISK, Disk, Files, confined, exists
from .literals import Text
from .locate import Candidate, Locator, not_found, passed_over
from .prisma_config import PrismaConfig
from .settings import STRATEGIES, Settings, find_settings
from .values import Config, Flags, Note, Skipped
from .version import PRISMA_8, find_version, is_range, parse_version, refuse_contract

_SCRIPTS = Path(__file__).parent / "init"
"""Scripts that `init-shadow-db` may name."""
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}


@frozen
class _Call:
    """What every project of one call shares."""

    flags: Flags
    environment: Mapping[str, str]
    root: Path
    files: Files
    locator: Locator


def load_config(flags: Flags, environment: Mapping[str, str], files: Files = DISK) -> tuple[Config, ...]:
    """The settings of the project at `flags.path`, or of each project there in a monorepo: as listed, else by path.

    The first of these that says anything wins: flag, `PRISMA_DRIFT_…` in `environment`, prisma-drift.yml, what the project says, default.
    Nothing but `files` is read, nothing of the project is run. Raises ProjectError (with file and line where there
    is one) where a schema cannot be found or a setting not be understood.
    """
    flags = _with_environment(flags, environment)
    path = _absolute(flags.path or ".")
    if not exists(files, path):
        raise ProjectError(
            f"There is no file or folder `{flags.path}`.",
            id="project-no-schema",
            hint="Give a project's folder as PATH.",
        )
    project = path if files.is_dir(path) else _project_of(files, path)
    if files.is_file(path):
        flags = replace(flags, schema=flags.schema or str(path))
    root = top_level(project) or project
    files = confined(files, root)
    file = _absolute(flags.config) if flags.config else find_settings(files, project, root)
    settings = _read(files, file) if file else Settings()
    call = _Call(flags, environment, root, files, Locator(files, environment))
    if not flags.config and file and file.parent != project:
        settings = _inherited(files, settings, project)
    if settings.projects and flags.schema is None:
        listed = (_overlay(files, entry, settings) for entry in settings.projects)
        return tuple(replace(_listed(call, entry.path or project, entry), chosen=True) for entry in listed)
    if flags.schema is not None or settings.schema is not None:
        return (replace(_given_schema(call, project, settings), chosen=True),)
    return _found(call, project, settings)


def _read(files: Files, file: Path) -> Settings:
    from .settings_reader import read_settings  # most projects have no such file, and YAML is slow to import

    return read_settings(files, file)


def _listed(call: _Call, project: Path, settings: Settings) -> Config:
    """One entry of `projects`: a folder that is to hold one project."""
    if settings.schema:
        return _given_schema(call, project, settings)
    configs = _found(call, project, settings)
    if len(configs) > 1:
        names = ", ".join(config.shown(config.schema) for config in configs)
        raise ProjectError(
            f"{project} holds several projects: {names}.",
            id="project-several-schemas",
            hint="Give each an entry of its own, with `schema`.",
            position=settings.position("path"),
        )
    return configs[0]


def _found(call: _Call, project: Path, settings: Settings) -> tuple[Config, ...]:
    """The project in a folder, else those below it, else the one that the folder belongs to."""
    config = call.locator.config(project)
    refuse = None
    located = call.locator.locate(project)
    if not located.candidates:
        refuse_contract(call.files, project, None, config)
        above = _enclosing(call, project)
        if above:
            return (_load(call, above, settings),)
        refuse = located.errors[0] if located.errors else None
    skipped = tuple(
        Skipped(os.path.relpath(place, call.root), reason.replace(f"{call.root}{os.sep}", ""))
        for place, reason in located.skipped
    )
    if not located.candidates:
        raise refuse or not_found(project, config, skipped)
    several = len(located.candidates) > 1
    configs: list[Config] = []
    for one in located.candidates:
        try:
            configs.append(
                _load(call, one, replace(settings, path=one.folder) if several else settings, several=several)
            )
        except ProjectError as error:
            if not several or error.id != PRISMA_8:
                raise
            refuse = refuse or error
            skipped += (Skipped(os.path.relpath(one.folder, call.root), "it is Prisma 8's"),)
    if not configs:
        assert refuse is not None
        raise refuse
    configs[0] = replace(configs[0], skipped=skipped)
    return tuple(configs)


def _enclosing(call: _Call, project: Path) -> Candidate | None:
    """The project that a folder inside it belongs to."""
    if project == call.root or call.root not in project.parents:
        return None
    for place in project.parents:
        found = call.locator.own(place, [])
        if found is not None or place == call.root:
            return found
    return None


def _given_schema(call: _Call, project: Path, settings: Settings) -> Config:
    """The project whose schema a flag or the settings file names: it wins over whatever prisma.config says."""
    files = call.files
    if call.flags.schema:
        schema = _given(files, call.flags.schema, project, "--schema")
    else:
        assert settings.schema is not None
        schema = _absolute(settings.schema)
        if not exists(files, schema):
            raise ProjectError(
                f"The schema {schema} does not exist.",
                id="project-no-schema",
                hint="Correct `schema`; it is relative to the settings file.",
                position=settings.position("schema"),
            )
    config = call.locator.config(project) or _config_above(call, project, schema)
    return _load(call, call.locator.candidate(project, schema, config, named=True), settings)


def _load(call: _Call, candidate: Candidate, settings: Settings, *, several: bool = False) -> Config:
    flags, root, files = call.flags, call.root, call.files
    project, schema, prisma_config = candidate.folder, _absolute(candidate.schema), candidate.config
    if not flags.schema:
        _refuse_elsewhere(call, schema, settings, "schema")
    version, version_source = _version(call, project, schema, settings)
    home = project if prisma_config or call.locator.config(project) else _package_folder(files, project)
    if root not in (home, *home.parents):
        home = project
    refuse_contract(files, home, schema, prisma_config or call.locator.config(home), version=version)
    notes = list(candidate.notes)
    migrations = _migrations(call, candidate, settings, notes)
    if migrations and not flags.migrations:
        _refuse_elsewhere(call, migrations, settings, "migrations")
    if migrations and not (flags.migrations or settings.migrations) and version_source != "default":
        notes += _misplaced(call, candidate, migrations, version)
    initial, tables, enums = _shadow_rules(files, settings, prisma_config, notes)
    return Config(
        root=root,
        project=project,
        name=settings.name or (_name(call, candidate, several) if settings.path else ""),
        schema=schema,
        migrations=migrations,
        provider=candidate.datasource.provider if candidate.datasource else "",
        default_schema=flags.default_schema
        or settings.default_schema
        or _found_default_schema(call, candidate),
        version=version,
        version_source=version_source,
        version_certain=version_source != "default"
        and not (version_source == "package.json" and is_range(files, project, root)),
        shadow=flags.shadow or settings.shadow or "embedded",
        shadow_from_file=_shadow_from_file(call, settings),
        init_sql=initial,
        external_tables=frozenset(tables),
        external_enums=frozenset(enums),
        backfill=settings.backfill or (),
        strategy=_strategy(flags) or settings.strategy or "preserve",
        renames=tuple(dict.fromkeys((*(settings.renames or ()), *flags.renames))),
        base=flags.base,
        allow=settings.allow or (),
        rows=flags.rows is not False,
        seed=_seed(call, settings),
        seed_from_file=not call.flags.seed and settings.seed is not None,
        fail_on=settings.fail_on or "error",
        quiet=bool(flags.quiet),
        cache=_cache(call),
        settings=settings.file,
        notes=tuple(notes),
    )


def _shadow_from_file(call: _Call, settings: Settings) -> bool:
    """Whether the settings file chooses the shadow. ProjectError where that is a server by URL and this is a CI job."""
    if call.flags.shadow or not settings.shadow:
        return False
    if "://" in settings.shadow and call.environment.get("CI", "").lower() in _TRUE:
        raise ProjectError(
            "The settings file names the shadow server by its URL, and in CI a branch could name any server.",
            hint="Give the URL by --shadow or PRISMA_DRIFT_SHADOW in the job, or take it out of the file.",
            id="shadow-from-file",
            position=settings.position("shadow"),
        )
    return True


def _cache(call: _Call) -> Path | None:
    """Where earlier runs left what they found out. ProjectError where a person names a folder that cannot be it."""
    from ..cache.place import OFF, outside, place

    given = call.flags.cache
    found = place({**call.environment, "PRISMA_DRIFT_CACHE": given} if given else call.environment)
    if given and found is None and given.strip().lower() not in OFF:
        raise ProjectError(
            f"The cache folder `{given}` is not an absolute path.", hint="Name one from the root, or `off`."
        )
    if found is None or outside(found, call.root):
        return found
    if given:
        raise ProjectError(
            f"The cache folder {found} lies in the repository, where a branch could fill it.",
            hint="Name a folder outside of it in PRISMA_DRIFT_CACHE, or `off`.",
        )
    return None


def _seed(call: _Call, settings: Settings) -> Path | None:
    """The file of rows; one that the settings name lies in the repository."""
    if call.flags.seed:
        return _absolute(call.flags.seed)
    if settings.seed is None:
        return None
    path = _absolute(settings.seed)
    try:
        inside(call.root, path)
    except OutsideError as error:
        raise ProjectError(
            f"{path} is not read: {error.strerror}.",
            hint="Put it into the repository, or name it with --seed.",
            id="path-outside",
            position=settings.position("seed"),
        ) from None
    return path


def _refuse_elsewhere(call: _Call, path: Path, settings: Settings, key: str) -> None:
    """ProjectError where a file of the repository names what lies outside it, in git's own folder, or is no schema.

    Nobody but a person, by a flag, can have other files read: what is wrong in a schema is shown with its line.
    """
    position = settings.position(key) if getattr(settings, key) else None
    if key == "schema" and path.suffix != ".prisma" and not call.files.is_dir(path):
        raise ProjectError(
            f"{path} is not read: a schema is a file `*.prisma` or a folder of them.",
            hint="Give the file that ending, or name it with --schema.",
            id="file-refused",
            position=position,
        )
    try:
        inside(call.root, path)
        if isinstance(call.files, Disk) and call.files.is_dir(path):
            folder(call.root, path)
    except OutsideError as error:
        real = path.resolve()
        # Without git nobody knows where a repository begins: the project beside this one may be part of it.
        if not (call.root / ".git").exists() and ".git" not in real.parts:
            wanted = ".prisma" if path.suffix == ".prisma" else ""
            if real.suffix == wanted and (wanted or not path.is_symlink()):
                return
        raise ProjectError(
            f"{path} is not read: {error.strerror}.",
            hint=f"Put it into the repository, or name it with --{key}.",
            id="path-outside",
            position=position,
        ) from None


def _name(call: _Call, candidate: Candidate, several: bool) -> str:
    """Its folder; its schema where that folder holds several."""
    usual = candidate.schema.name == "schema.prisma" or candidate.schema.suffix != ".prisma"
    place = candidate.folder if usual or not several else candidate.schema
    return Path(os.path.relpath(place, call.root)).as_posix()


def _with_environment(flags: Flags, environment: Mapping[str, str]) -> Flags:
    """Flags that were not given, filled from PRISMA_DRIFT_…; an empty variable counts as not set."""
    filled: dict[str, object] = {}
    for name in fields_of(flags):
        variable = f"PRISMA_DRIFT_{name.upper()}"
        value = environment.get(variable, "")
        if getattr(flags, name) is not None or not value:
            continue
        if name in ("quiet", "rows"):
            if value.lower() not in _TRUE | _FALSE:
                raise ProjectError(f"{variable} is {value!r}.", hint="Set it to true or false.")
            filled[name] = value.lower() in _TRUE
        else:
            filled[name] = value
    return replace(flags, **filled)


def _inherited(files: Files, settings: Settings, project: Path) -> Settings:
    """What a prisma-drift.yml further up means for `project`: its own entry there, else all but the paths."""
    for entry in settings.projects:
        if entry.path and _absolute(entry.path) == project:
            return _overlay(files, entry, settings)
    return replace(settings, schema=None, migrations=None, projects=())


def _overlay(files: Files, entry: Settings, over: Settings) -> Settings:
    """An entry of `projects`, with the file's own settings where it has none."""
    kept = ("file", "name", "path", "schema", "migrations", "projects", "lines")
    inherited = {
        name: getattr(over, name)
        for name in fields_of(entry)
        if name not in kept and getattr(entry, name) is None
    }
    path = _absolute(entry.path) if entry.path else None
    if path and not files.is_dir(path):
        raise ProjectError(
            f"The project folder {path} does not exist.",
            id="settings-invalid",
            hint="Correct `path`; it is relative to the settings file.",
            position=entry.position("path"),
        )
    return replace(entry, path=path, **inherited)


def _config_above(call: _Call, project: Path, schema: Path) -> PrismaConfig | None:
    """The prisma.config of the package that a given schema lies in, if it is that schema's."""
    home = _package_folder(call.files, schema.parent)
    inside = home != project and call.root in (home, *home.parents)
    config = call.locator.config(home) if inside else None
    named = config.content.at("schema") if config else None
    if config is None or not isinstance(named, Text):
        return config  # where it does not say of which schema it speaks, it is the package's only one
    return config if _absolute(config.file.parent / named.value) == schema else None


def _migrations(call: _Call, candidate: Candidate, settings: Settings, notes: list[Note]) -> Path | None:
    if call.flags.migrations:
        return _given(call.files, call.flags.migrations, candidate.folder, "--migrations")
    if settings.migrations:
        folder = _absolute(settings.migrations)
        if not call.files.is_dir(folder):
            raise ProjectError(
                f"The migrations folder {folder} does not exist.",
                hint="Correct `migrations`; it is relative to the settings file.",
                position=settings.position("migrations"),
            )
        return folder
    try:
        found = call.locator.migrations(candidate.schema, candidate.config)
    except ProjectError as error:
        found = call.locator.migrations(candidate.schema, None)
        if found is None:
            raise
        notes.append(passed_over(error))
    return _absolute(found) if found else None


def _misplaced(call: _Call, candidate: Candidate, migrations: Path, version: Version) -> tuple[Note, ...]:
    """Prisma since 6.6 looks beside the file with the datasource, and nowhere else."""
    config = candidate.config
    if not version.migrations_beside_datasource or (config and config.content.at("migrations", "path")):
        return ()
    (wanted, *_) = call.locator.usual_migrations(candidate.schema)
    if wanted == migrations:
        return ()

    def shown(path: Path) -> str:
        return Path(os.path.relpath(path, call.root)).as_posix()

    message = (
        f"Prisma {version} looks for the migrations in {shown(wanted)}, beside the file with the datasource, "
        f"and would not find those in {shown(migrations)}."
    )
    hint = f"`git mv {typed(shown(migrations), shown(wanted))}`, or name the folder in prisma.config: `migrations: {{ path: … }}`."
    datasource = candidate.datasource
    file = datasource.file if datasource else candidate.schema
    return (Note("migrations-misplaced", "warning", message, hint, Position(str(file), 1)),)


def _version(call: _Call, project: Path, schema: Path, settings: Settings) -> tuple[Version, str]:
    if wanted := call.flags.prisma_version:
        source = "environment" if wanted == call.environment.get("PRISMA_DRIFT_PRISMA_VERSION") else "flag"
        return parse_version(wanted, source), source
    if settings.prisma_version and settings.file:
        return parse_version(settings.prisma_version, settings.file.name), settings.file.name
    base = schema if call.files.is_dir(schema) else schema.parent
    return find_version(call.files, base if project in base.parents else project, call.root)


def _shadow_rules(
    files: Files, settings: Settings, config: PrismaConfig | None, notes: list[Note]
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The SQL that runs first, and the tables and enums that are left alone."""
    initial, tables, enums = _shipped(settings), settings.external_tables, settings.external_enums
    if config:
        if initial is None:
            try:
                initial = config.sql(files, "migrations", "initShadowDb")
            except ProjectError as error:  # of matter only where a migration needs it, which will show
                notes.append(passed_over(error))
        tables = config.strings("tables", "external") if tables is None else tables
        enums = config.strings("enums", "external") if enums is None else enums
    return initial or "", tables or (), enums or ()


def _shipped(settings: Settings) -> str | None:
    """`init-shadow-db`: SQL, or the name of a script that comes with prisma-drift."""
    wanted = settings.init_shadow_db
    if wanted is None or not re.fullmatch(r"\s*[\w-]+\s*", wanted):
        return wanted
    script = _SCRIPTS / f"{wanted.strip()}.sql"
    if script.is_file():
        return script.read_text(encoding="utf-8")
    names = ", ".join(f"`{file.stem}`" for file in sorted(_SCRIPTS.glob("*.sql")))
    raise ProjectError(
        f"`init-shadow-db` is {wanted.strip()!r}, which is neither SQL nor a script that comes with prisma-drift.",
        id="settings-invalid",
        hint=f"Write SQL, or one of {names}.",
        position=settings.position("init-shadow-db"),
    )


def _found_default_schema(call: _Call, candidate: Candidate) -> str:
    config, datasource, schema = candidate.config, candidate.datasource, candidate.schema
    url = config.url() if config else None
    if url is None and datasource:
        url = datasource.url
    base = schema if call.files.is_dir(schema) else schema.parent
    project = candidate.folder
    places = [project, _package_folder(call.files, base), base, project / "prisma"]
    return default_schema_of(call.files, url, call.environment, list(dict.fromkeys(places))) or "public"


def _strategy(flags: Flags) -> str | None:
    if flags.strategy is not None and flags.strategy not in STRATEGIES:
        raise ProjectError(f"{flags.strategy!r} is no strategy.", hint=f"Use one of {', '.join(STRATEGIES)}.")
    return flags.strategy


def _given(files: Files, path: str, project: Path, flag: str) -> Path:
    """A path from a flag: relative to the current folder, else to the project."""
    for candidate in (_absolute(path), _absolute(project / path)):
        if exists(files, candidate):
            return candidate
    raise ProjectError(f"{flag} {path} does not exist.", hint=f"Correct the path after {flag}.")


def _project_of(files: Files, schema: Path) -> Path:
    """The project's folder for a schema file: its package, else the folder above `prisma/`."""
    package = _package_folder(files, schema.parent)
    if not files.is_file(package / "package.json") and schema.parent.name == "prisma":
        return schema.parent.parent
    return package


def _package_folder(files: Files, folder: Path) -> Path:
    """The nearest folder upward with a package.json; `folder` itself where there is none."""
    for place in (folder, *folder.parents):
        if files.is_file(place / "package.json"):
            return place
    return folder


def _absolute(path: Path | str) -> Path:
    """Absolute and without `..`, links kept: reports show the paths that people use."""
    return Path(os.path.abspath(path))  # noqa: PTH100
