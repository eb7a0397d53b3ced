"""Where the schema and the migrations are, when nobody said: Prisma's own places first, in Prisma's order, then whatever lies below.

A schema counts where it is Postgres' and has migrations. All else that looks like one (other databases, templates,
copies that a generator made) is named with the reason, never asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ..errors import ProjectError
from ..migrations.folder import LOCK_FILE, lock_provider
from ..model.values import frozen
from .datasource import POSTGRES, Datasource, datasource_in, schema_files
from .files import Files
from .prisma_config import PrismaConfig, find_prisma_config, package_schema
from .values import Note, Skipped

_NOT_ENTERED = {"node_modules", "dist", "build", "out", "coverage", "vendor", "__pycache__", "venv"}
_MAX_DEPTH = 6
_SIGNS = (".prisma", "package.json", *(f"{stem}.config.{end}" for stem in ("prisma", "prisma7") for end in ("js", "ts", "mjs", "cjs", "mts", "cts")))  # fmt: skip
_CONTRACT = "contract.prisma"
_GENERATED = ("index-browser.js", "edge.js", "index.d.ts", "client.d.ts")
"""What Prisma's generator writes beside its copy of the schema."""


@frozen
class Candidate:
    """A schema that might be a project's."""

    folder: Path
    """The project's folder."""
    schema: Path
    datasource: Datasource | None
    migrations: Path | None
    named: bool = False
    """prisma.config or package.json says so, rather than its place."""
    config: PrismaConfig | None = None
    flaw: str = ""
    """Why it is passed over where there is anything better; empty where it is Postgres' and has migrations."""
    notes: tuple[Note, ...] = ()

    @property
    def postgres(self) -> bool:
        return self.datasource is not None and self.datasource.provider in POSTGRES


@frozen
class Located:
    """What a folder holds."""

    candidates: tuple[Candidate, ...]
    """The projects to look at, sorted by folder; none where nothing was found."""
    skipped: tuple[tuple[Path, str], ...] = ()
    """Schemas and folders that are passed over, with the reason."""
    errors: tuple[ProjectError, ...] = ()
    """What kept a folder from being read; of matter where nothing else is found."""


class Locator:
    """Looks for projects in one tree of files; each file is read once."""

    def __init__(self, files: Files, environment: Mapping[str, str]) -> None:
        self.files, self.environment = files, environment
        self._datasources: dict[Path, Datasource | None] = {}
        self._configs: dict[Path, PrismaConfig | None] = {}

    def locate(self, folder: Path) -> Located:
        """The project of a folder, else every one below it."""
        errors: list[ProjectError] = []
        own = self.own(folder, errors)
        if own is not None and (own.named or not own.flaw):
            return Located((own,))
        found = {own.schema: own} if own else {}
        claimed: list[Path] = []
        without: list[tuple[Path, str]] = []
        for place in self._places(folder):
            if any(place == top or top in place.parents for top in claimed):
                continue
            if self._below_package_of(place, folder, found):
                continue
            count = len(errors)
            candidate = self.own(place, errors) if place != folder else own
            if candidate is None:
                without += [(place, str(error.message)) for error in errors[count:]]
                if len(errors) == count and place != folder and self.config(place):
                    without.append((place, "it has a prisma.config file and no schema"))
            for one in (candidate,) if candidate else self._several(place):
                found.setdefault(one.schema, one)
            if candidate and not candidate.flaw:
                claimed.append(place)
        return _chosen(folder, own, tuple(found.values()), without, errors)

    def own(self, folder: Path, errors: list[ProjectError] | None = None) -> Candidate | None:
        """The schema that Prisma would take in `folder`; None where none of its places has one.

        prisma.config, then package.json, then `schema.prisma`, `prisma/schema.prisma`, then folders of *.prisma files
        (Prisma before 6.7 took `prisma/schema/` unasked). What keeps a named schema from being read is added to
        `errors`, and the other places are looked at; without `errors` it is raised.
        """
        notes: tuple[Note, ...] = ()
        config = self.config(folder)
        try:
            named = config.path("schema") if config else None
            if config and named:
                _existing(self.files, named, config.file)
                return self.candidate(folder, named, config, named=True)
        except ProjectError as error:
            notes = _fallen_back(error, errors)
        try:
            if named := package_schema(self.files, folder):
                _existing(self.files, named, folder / "package.json")
                return self.candidate(folder, named, config, named=True, notes=notes)
        except ProjectError as error:
            notes = (*notes, *_fallen_back(error, errors))
        schema = self._usual(folder)
        if schema is None:
            return None
        if errors is not None and notes:
            del errors[-len(notes) :]
        return self.candidate(folder, schema, config, notes=notes)

    def candidate(
        self,
        folder: Path,
        schema: Path,
        config: PrismaConfig | None,
        *,
        named: bool = False,
        notes: tuple[Note, ...] = (),
    ) -> Candidate:
        """What is known of a schema before it is read in earnest."""
        datasource = self.datasource(schema)
        migrations = None
        try:
            migrations = self.migrations(schema, config)
        except ProjectError:
            flaw = ""
        else:
            flaw = self._flaw(schema, datasource, migrations)
        return Candidate(folder, schema, datasource, migrations, named, config, flaw, notes)

    def config(self, folder: Path) -> PrismaConfig | None:
        """The prisma.config file of a folder."""
        if folder not in self._configs:
            self._configs[folder] = find_prisma_config(self.files, folder, self.environment)
        return self._configs[folder]

    def datasource(self, schema: Path) -> Datasource | None:
        """The datasource block of a schema file or folder."""
        for file in schema_files(self.files, schema):
            if found := self._datasource_in(file):
                return found
        return None

    def migrations(self, schema: Path, config: PrismaConfig | None) -> Path | None:
        """The migrations folder of a schema; None where it has none yet. ProjectError where its path is computed.

        What prisma.config names; else `migrations` beside the file with the datasource block (Prisma since 6.6), in
        the schema folder, or beside it (before).
        """
        named = config.path("migrations", "path") if config else None
        if named:
            return named if self.files.is_dir(named) else None
        return next((place for place in self.usual_migrations(schema) if self.files.is_dir(place)), None)

    def usual_migrations(self, schema: Path) -> tuple[Path, ...]:
        """Where migrations are sought, the place of Prisma since 6.6 first."""
        folder = self.files.is_dir(schema)
        base = schema if folder else schema.parent
        datasource = self.datasource(schema)
        places = [datasource.file.parent] if datasource else []
        places += [base, schema.parent] if folder else [base]
        return tuple(dict.fromkeys(place / "migrations" for place in places))

    def _datasource_in(self, file: Path) -> Datasource | None:
        if file not in self._datasources:
            try:
                self._datasources[file] = datasource_in(self.files, file)
            except (
                OSError,
                ProjectError,
            ):  # what must or can not be read tells nothing; if it is chosen, that is said
                self._datasources[file] = None
        return self._datasources[file]

    def _flaw(self, schema: Path, datasource: Datasource | None, migrations: Path | None) -> str:
        if self.files.is_file(schema) and any(
            self.files.is_file(schema.parent / name) for name in _GENERATED
        ):
            return "it is a copy that a generator made"
        if datasource is None:
            return "its schema has no datasource"
        if datasource.provider not in POSTGRES:
            return f"its datasource is {datasource.provider or 'not named'}, not postgresql"
        if migrations is None:
            return "it has no migrations folder"
        lock = migrations / LOCK_FILE
        provider = lock_provider(self.files.read(lock)) if self.files.is_file(lock) else "postgresql"
        return f"its migrations are for {provider}" if provider in _OTHER_DATABASES else ""

    def _usual(self, folder: Path) -> Path | None:
        files = self.files
        own = folder / "schema.prisma"
        if files.is_file(own):
            # A folder handed over directly may be a schema in several files, of which schema.prisma is one.
            several = self._prisma_files(folder)
            alone = len(several) == 1 or files.is_file(folder / "package.json") or self._mains(several) > 1
            return own if alone else folder
        if files.is_file(folder / "prisma" / "schema.prisma"):
            return folder / "prisma" / "schema.prisma"
        for place in (folder / "prisma" / "schema", folder / "schema", folder / "prisma", folder):
            found = self._prisma_files(place)
            if place in (folder / "schema", folder) and not any(file.parent == place for file in found):
                continue
            if not found or self._mains(found) > 1:
                continue
            return found[0] if len(found) == 1 and place.name != "schema" else place
        return None

    def _several(self, folder: Path) -> Iterator[Candidate]:
        """The files directly in `folder` that are schemas of their own, where it holds several."""
        direct = [file for file in self._prisma_files(folder) if file.parent == folder]
        if self._mains(direct) > 1:
            for file in direct:
                if self._datasource_in(file):
                    yield self.candidate(folder, file, None)

    def _mains(self, files: list[Path]) -> int:
        return sum(self._datasource_in(file) is not None for file in files)

    def _prisma_files(self, folder: Path) -> list[Path]:
        """Every *.prisma below a folder, sorted; package, build and hidden folders are not entered."""
        found = self.files.below(folder, (".prisma",), entered)
        return [file for file in found if file.name != _CONTRACT]

    def _places(self, folder: Path) -> list[Path]:
        """The folders from `folder` downward that may hold a project, from the top down."""
        found: set[Path] = set()
        for file in self.files.below(folder, _SIGNS, entered, _MAX_DEPTH):
            place = file.parent
            while place not in found:
                found.add(place)
                if place == folder:
                    break
                place = place.parent
        return sorted(found)

    def _below_package_of(self, place: Path, folder: Path, found: dict[Path, Candidate]) -> bool:
        """Whether `place` is inside a schema folder that was found already."""
        return any(schema == place or schema in place.parents for schema in found if place != folder)


_OTHER_DATABASES = ("sqlite", "mysql", "sqlserver", "mongodb", "cockroachdb")


def entered(name: str) -> bool:
    """Whether projects are sought in a folder of this name."""
    return name not in _NOT_ENTERED and not name.startswith(".")


def _chosen(
    folder: Path,
    own: Candidate | None,
    found: tuple[Candidate, ...],
    without: list[tuple[Path, str]],
    errors: list[ProjectError],
) -> Located:
    """The candidates without a flaw; else the one that is there; the others by name."""
    good = [one for one in found if not one.flaw]
    for one in good:
        twins = [other for other in good if other.migrations == one.migrations and one.migrations]
        if len(twins) > 1:
            raise _several_schemas(folder, twins)
    skipped = [(_named(one), one.flaw) for one in found if one.flaw] + without
    if good:
        return Located(tuple(sorted(good, key=lambda one: (one.folder, one.schema))), tuple(sorted(skipped)))
    if own is not None and (own.postgres or not any(one.postgres for one in found)):
        return Located((own,), errors=tuple(errors))
    postgres = [one for one in found if one.postgres and "generator" not in one.flaw]
    if len(postgres) == 1:
        rest = [(place, reason) for place, reason in skipped if place != _named(postgres[0])]
        return Located((postgres[0],), tuple(sorted(rest)), tuple(errors))
    if len(postgres) > 1 and len({one.folder for one in postgres}) == 1:
        raise _several_schemas(folder, postgres)
    return Located((), tuple(sorted(skipped)), tuple(errors))


def _named(one: Candidate) -> Path:
    """What a skipped candidate is called: its folder, or the file where that is not `schema.prisma` in one of the usual places."""
    usual = one.schema in (one.folder / "schema.prisma", one.folder / "prisma" / "schema.prisma")
    return one.folder if usual or one.schema.suffix != ".prisma" else one.schema


def _several_schemas(folder: Path, several: list[Candidate]) -> ProjectError:
    names = ", ".join(sorted(one.schema.relative_to(folder).as_posix() for one in several))
    return ProjectError(
        f"{folder} holds several schemas of one project: {names} each have a datasource.",
        id="project-several-schemas",
        hint="Say which one with --schema, or list them under `projects` in prisma-drift.yml.",
    )


def passed_over(error: ProjectError) -> Note:
    """A setting of the project's that cannot be followed, and can be done without."""
    return Note("config-passed-over", "warning", error.message, error.hint, error.position)


def _fallen_back(error: ProjectError, errors: list[ProjectError] | None) -> tuple[Note, ...]:
    if errors is None:
        raise error
    errors.append(error)
    return (passed_over(error),)


def not_found(folder: Path, config: PrismaConfig | None, skipped: tuple[Skipped, ...] = ()) -> ProjectError:
    """What to say where there is nothing to look at."""
    if skipped:
        listed = "; ".join(f"{one.path}: {one.reason}" for one in skipped[:20])
        more = f"; and {len(skipped) - 20} more" if len(skipped) > 20 else ""
        return ProjectError(
            f"No project to look at in {folder}: {listed}{more}.",
            id="project-no-schema",
            hint="Name the schema with --schema, and its migrations with --migrations.",
        )
    opaque = config.opaque if config else None
    reading = f" ({config.file.name} computes its settings, and is not run)" if config and opaque else ""
    return ProjectError(
        f"No Prisma schema in {folder}: looked for `schema` in prisma.config.*{reading}, `prisma.schema` in package.json, "
        "schema.prisma, prisma/schema.prisma, prisma/schema/*.prisma, and the same in the folders below.",
        id="project-no-schema",
        hint="Run this in the project's folder, name the folder as PATH, or the schema with --schema.",
    )


def _existing(files: Files, path: Path, source: Path) -> None:
    if not files.is_file(path) and not files.is_dir(path):
        raise ProjectError(
            f"The schema {path}, named in {source.name}, does not exist.",
            id="project-no-schema",
            hint=f"Correct the path in {source.name}, or name the schema with --schema.",
        )
