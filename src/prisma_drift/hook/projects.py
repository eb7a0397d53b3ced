"""The Prisma projects in a tree of git, told from its files alone: each with its schema files and migrations folder.

The places are Prisma's own, as in `project`, which reads the disk: what prisma.config or package.json name, else
`schema.prisma` or a folder of *.prisma files beside the migrations folder.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from ..model.values import frozen
from ..model.version import LATEST, Version
from .snapshot import Tree

Read = Callable[[str], str]
"""Path → text, in the tree that is looked at."""

_DATASOURCE = re.compile(r"^[ \t]*datasource\s+\w+\s*\{(.*?)^[ \t]*\}", re.MULTILINE | re.DOTALL)
_PROVIDER = re.compile(r'^[ \t]*provider\s*=\s*"([^"\n]*)"', re.MULTILINE)
_URL_SCHEMA = re.compile(r'^[ \t]*url\s*=\s*"[^"\n]*[?&]schema=([^&"\n]+)', re.MULTILINE)
_PACKAGES = ("prisma", "@prisma/client", "@prisma/prisma7")
_NEWEST = {7: LATEST, 6: Version(6, 19), 5: Version(5, 22), 4: Version(4, 16)}
"""The last release of each major: `^6.2.0` most probably installs it, and within a major little differs here."""
_SETTINGS = ("prisma-drift.yml", "prisma-drift.yaml", ".prisma-drift.yml")


@frozen
class Project:
    """A schema and its migrations."""

    name: str
    """The folder that holds both, for messages where there are several; '' for the top."""
    schema: tuple[str, ...]
    """Paths of the schema files, sorted."""
    migrations: str
    """Path of the migrations folder, without a `/` at the end."""
    version: Version = LATEST
    default_schema: str = "public"
    provider: str = "postgresql"
    external_tables: frozenset[str] = frozenset()
    external_enums: frozenset[str] = frozenset()


def find_projects(tree: Tree, read: Read, concerned: Callable[[str], bool]) -> tuple[Project, ...]:
    """The projects of which some file is `concerned`, sorted by folder; those without any migration are left out.

    A project that only makes the client, and pushes its schema with `db push`, has no migrations folder.
    """
    folders = _migrations_folders(tree)
    found: dict[str, Project] = {}
    for named in (*_listed(tree, read), *_configured(tree, read)):
        if named.migrations in folders or any(path in tree for path in named.schema):
            found.setdefault(named.migrations, named)
    for folder in sorted(folders):
        if folder not in found:
            schema = _schema_beside(tree, folder, read)
            if schema:
                found[folder] = Project(posixpath.dirname(folder), schema, folder)
    projects = []
    for project in found.values():
        inside = project.migrations + "/"
        if any(path in project.schema or path.startswith(inside) for path in filter(concerned, tree)):
            projects.append(_completed(project, tree, read))
    return tuple(sorted(projects, key=lambda project: project.migrations))


def named_project(tree: Tree, read: Read, schema: str | None, migrations: str | None) -> Project | None:
    """The project whose schema (a file or folder) or migrations folder is named; None where this tree has neither."""
    files = _named(tree, "", schema) if schema else ()
    place = _join("", migrations) if migrations else _default_place(files, read) if files else ""
    if place and not files:
        files = _schema_beside(tree, place, read)
    if not files and not any(path.startswith(place + "/") for path in tree):
        return None
    return _completed(Project(posixpath.dirname(place), files, place), tree, read)


def _migrations_folders(tree: Tree) -> set[str]:
    found = set()
    for path in tree:
        if path.endswith("/migration_lock.toml"):
            found.add(posixpath.dirname(path))
        elif path.endswith("/migration.sql") and path.count("/") > 1:
            folder = posixpath.dirname(posixpath.dirname(path))
            if posixpath.basename(folder) == "migrations":
                found.add(folder)
    return {folder for folder in found if "node_modules/" not in folder + "/"}


def _schema_beside(tree: Tree, migrations: str, read: Read) -> tuple[str, ...]:
    """The schema of a migrations folder that nothing else names.

    schema.prisma beside it, unless that is one of several files of a folder called `schema`; else the files of the
    folder `schema` beside it, or of the folder that it is in.
    """
    base = posixpath.dirname(migrations)
    single = posixpath.join(base, "schema.prisma")
    if single in tree and posixpath.basename(base) != "schema":
        return (single,)
    for folder in (posixpath.join(base, "schema"), base):
        files = _below(tree, folder, migrations)
        if files and any(_DATASOURCE.search(read(path)) for path in files):
            return files
    return ()


def _below(tree: Tree, folder: str, migrations: str) -> tuple[str, ...]:
    start = folder + "/" if folder else ""
    return tuple(
        sorted(
            path
            for path in tree
            if path.endswith(".prisma")
            and path.startswith(start)
            and not path.startswith(migrations + "/")
            and "node_modules/" not in path
        )
    )


def _configured(tree: Tree, read: Read) -> list[Project]:
    """Projects whose prisma.config or package.json names a schema or a migrations folder."""
    found = []
    for path in sorted(tree):
        folder, name = posixpath.split(path)
        if "node_modules/" in path:
            continue
        if name.startswith(("prisma.config.", "prisma7.config.")):
            found += _from_config(tree, folder, read(path), read)
        elif name == "package.json" and '"prisma"' in (text := read(path)):
            found += _from_package(tree, folder, text, read)
    return found


def _from_config(tree: Tree, folder: str, text: str, read: Read) -> list[Project]:
    from ..project.javascript import Items, Text, default_export

    content = default_export(text)
    if content is None or not hasattr(content, "at"):
        return []
    schema, migrations = content.at("schema"), content.at("migrations", "path")
    files = _named(tree, folder, schema.value) if isinstance(schema, Text) else ()
    if not files and not isinstance(migrations, Text):
        return []
    if not files:
        place = posixpath.join(folder, "prisma", "schema.prisma")
        files = (place,) if place in tree else ()
    place = _join(folder, migrations.value) if isinstance(migrations, Text) else _default_place(files, read)

    def names(*keys: str) -> frozenset[str]:
        value = content.at(*keys)
        return (
            frozenset(item.value for item in value.values if isinstance(item, Text))
            if isinstance(value, Items)
            else frozenset()
        )

    return [
        Project(
            folder,
            files,
            place,
            external_tables=names("tables", "external"),
            external_enums=names("enums", "external"),
        )
    ]


def _from_package(tree: Tree, folder: str, text: str, read: Read) -> list[Project]:
    import json

    try:
        named = json.loads(text).get("prisma", {}).get("schema")
    except (ValueError, AttributeError):
        return []
    files = _named(tree, folder, named) if isinstance(named, str) else ()
    return [Project(folder, files, _default_place(files, read))] if files else []


def _named(tree: Tree, folder: str, named: str) -> tuple[str, ...]:
    path = _join(folder, named)
    if path in tree:
        return (path,)
    return _below(tree, path, posixpath.join(path, "migrations"))


def _default_place(files: tuple[str, ...], read: Read) -> str:
    """`migrations` beside the file with the datasource."""
    main = next((path for path in files if _DATASOURCE.search(read(path))), files[0] if files else "")
    return posixpath.join(posixpath.dirname(main), "migrations")


def _join(folder: str, named: str) -> str:
    return posixpath.normpath(posixpath.join(folder, named))


def _listed(tree: Tree, read: Read) -> list[Project]:
    """Projects of a prisma-drift.yml at the top."""
    file = next((name for name in _SETTINGS if name in tree), None)
    if file is None:
        return []
    import yaml

    try:
        settings = yaml.safe_load(read(file))
    except yaml.YAMLError:
        return []
    if not isinstance(settings, dict):
        return []
    entries = settings.get("projects") or ([settings] if settings.get("schema") else [])
    return [
        project
        for entry in entries
        if isinstance(entry, dict)
        for project in _from_settings(tree, entry, read)
    ]


def _from_settings(tree: Tree, entry: dict[str, object], read: Read) -> list[Project]:
    folder = str(entry.get("path") or "")
    folder = "" if folder == "." else folder.strip("/")
    if entry.get("schema"):
        files = _named(tree, "", str(entry["schema"]))
    else:
        places = (posixpath.join(folder, "prisma/schema.prisma"), posixpath.join(folder, "schema.prisma"))
        files = next(((place,) for place in places if place in tree), ())
    if not files:
        return []
    migrations = entry.get("migrations")
    place = _join("", str(migrations)) if migrations else _default_place(files, read)
    version = Version.parse(str(entry.get("prisma-version") or ""))
    project = Project(folder, files, place, default_schema=str(entry.get("default-schema") or "public"))
    return [_with_version(project, version)]


def _with_version(project: Project, version: Version | None) -> Project:
    from ..model.values import replace

    return replace(project, version=version) if version else project


def _completed(project: Project, tree: Tree, read: Read) -> Project:
    """With the version, the provider and the default schema that the project's files tell."""
    from ..model.values import replace

    provider, default_schema = project.provider, project.default_schema
    for path in project.schema:
        block = _DATASOURCE.search(read(path)) if path in tree else None
        if block:
            named, schema = _PROVIDER.search(block[1]), _URL_SCHEMA.search(block[1])
            provider = named[1] if named else provider
            default_schema = schema[1] if schema else default_schema
    version = project.version
    if version == LATEST:
        version = _version(tree, project, read)
    return replace(project, provider=provider, default_schema=default_schema, version=version)


def _version(tree: Tree, project: Project, read: Read) -> Version:
    """From the nearest package.json that names Prisma; a range counts as the newest release of its major."""
    import json

    folder = posixpath.dirname(project.schema[0] if project.schema else project.migrations)
    while True:
        path = posixpath.join(folder, "package.json")
        if path in tree:
            try:
                content = json.loads(read(path))
            except ValueError:
                content = None
            wanted = _wanted(content) if isinstance(content, dict) else None
            if wanted is not None:
                return wanted
        if not folder:
            return LATEST
        folder = posixpath.dirname(folder)


def _wanted(package: dict[str, object]) -> Version | None:
    for name in _PACKAGES:
        for section in ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies"):
            entries = package.get(section)
            text = entries.get(name) if isinstance(entries, dict) else None
            version = Version.parse(text) if isinstance(text, str) else None
            if version is not None and isinstance(text, str):
                exact = re.fullmatch(r"=?v?\d+\.\d+\.\d+(?:[-+][\w.-]+)?", text)
                return version if exact else max(version, _NEWEST.get(version.major, version))
    return None
