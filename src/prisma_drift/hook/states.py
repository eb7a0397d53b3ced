"""A project at one point of git: in the index, in HEAD, on the base branch, on the side that is being merged."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import DriftError
from ..migrations.folder import MIGRATION_FILE
from ..model.values import replace
from ..project.datasource import schema_files
from ..project.snapshot import GitFiles, Snapshot, Tree
from .folder import Folder, Texts, folder_of
from .projects import Project, project_at
from .review import State


def moved_from(project: Project, snapshot: Snapshot) -> State | None:
    """HEAD's state of a project whose folder is renamed: found by its migrations, which are the same blobs."""
    blobs = set(snapshot.index.below(project.migrations).values())
    gone = sorted(
        change.path
        for change in snapshot.staged
        if change.before in blobs and change.path not in snapshot.index
        if change.path.endswith(f"/{MIGRATION_FILE}")
    )
    if not gone:
        return None
    old = project_at(snapshot, snapshot.head, replace(project, migrations=gone[0].rsplit("/", 2)[0]))
    if old is None:
        return None
    state = state_in(old, snapshot, snapshot.head)
    return State(state.schema, replace(state.folder, path=project.migrations))


def state_in(project: Project, snapshot: Snapshot, tree: Tree) -> State:
    """The project in one tree; its schema may lie elsewhere there than in the index."""
    files = _schema_files(project, snapshot, tree)
    if not files and tree is not snapshot.index:
        other = project_at(snapshot, tree, project)
        files = _schema_files(other, snapshot, tree) if other else ()
    blobs = tree.below(project.migrations)
    lock = f"{project.migrations}/migration_lock.toml"
    snapshot.read(id for path in (*files, lock) if (id := tree.get(path)))

    def read(path: str) -> str:
        # The first that is asked for beyond what is staged means that the history is needed: all at once, then.
        if not snapshot.has(blobs[path]):
            snapshot.read(id for path, id in blobs.items() if path.endswith(f"/{MIGRATION_FILE}"))
        return snapshot.text(blobs[path], path)

    folder = folder_of(project.migrations, blobs, read)
    if folder.empty and tree is snapshot.index:
        top = snapshot.repository.root
        waiting = tuple(name for name in folder.empty if (top / folder.file(name)).is_file())
        folder = replace(folder, waiting=waiting)
    return State(tuple((path, snapshot.text(tree[path], path)) for path in files), folder)


def _schema_files(project: Project, snapshot: Snapshot, tree: Tree) -> tuple[str, ...]:
    """The schema files in a tree, sorted by path."""
    files = GitFiles(snapshot, tree)
    found = (files.inside(path) for path in schema_files(files, snapshot.repository.root / project.schema))
    return tuple(sorted(path for path in found if path and path in tree))


def base_migrations(
    project: Project, before: Folder, snapshot: Snapshot, named: str | None
) -> Mapping[str, str] | None:
    """The migrations of the base branch, which may be `named`; None where that is HEAD, or where the folder is not concerned."""
    inside = project.migrations + "/"
    if not any(change.path.startswith(inside) for change in snapshot.staged):
        return None
    repository = snapshot.repository
    reference = named or repository.default_base()
    if reference is None:
        return None
    if named and repository.merge_base(reference) is None:
        raise DriftError(
            f"--base {reference} has no commit in common with HEAD.",
            hint="Name a branch or commit that this branch comes from, and fetch it.",
            id="base-unknown",
        )
    blobs = snapshot.commit(reference, project.migrations).below(project.migrations)
    head = snapshot.head.below(project.migrations)
    wanted = {path: id for path, id in blobs.items() if path.endswith(f"/{MIGRATION_FILE}")}
    if all(head.get(path) == id for path, id in wanted.items()):
        names = {path[len(inside) :].partition("/")[0] for path in wanted}
        return Texts({name: name for name in names}, before.migrations.__getitem__)
    snapshot.read(wanted.values())
    return folder_of(project.migrations, wanted, lambda path: snapshot.text(wanted[path], path)).migrations


def other_side(project: Project, snapshot: Snapshot) -> State | None:
    """The side that is being merged."""
    if snapshot.merging is None:
        return None
    return state_in(project, snapshot, snapshot.commit(snapshot.merging))
