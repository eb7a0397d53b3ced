"""A project at one point of git: in the index, in HEAD, on the base branch, on the side that is being merged."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..errors import DriftError
from ..model.values import replace
from .folder import Folder, Texts, folder_of
from .projects import Project, find_projects
from .review import State
from .snapshot import Snapshot, Tree


def reader(snapshot: Snapshot, tree: Tree) -> Callable[[str], str]:
    return lambda path: snapshot.text(tree[path], path)


def moved_from(project: Project, after: State, snapshot: Snapshot) -> State | None:
    """HEAD's state of a project whose folder is renamed: found by its migrations, which are the same blobs."""
    blobs = {
        id
        for path, id in snapshot.index.items()
        if path.startswith(project.migrations + "/") and path.endswith(".sql")
    }
    gone = sorted(
        path
        for path, id in snapshot.head.items()
        if id in blobs and path not in snapshot.index and path.endswith("/migration.sql")
    )
    if not gone:
        return None
    folder = gone[0].rsplit("/", 2)[0]
    for old in find_projects(snapshot.head, reader(snapshot, snapshot.head), lambda path: path in gone):
        if old.migrations == folder:
            state = state_in(old, snapshot, snapshot.head)
            return State(state.schema, replace(state.folder, path=project.migrations))
    return None


def state_in(project: Project, snapshot: Snapshot, tree: Tree) -> State:
    """The project in one tree; a schema folder may hold other files there than in the other tree."""
    files = project.schema
    if tree is not snapshot.index or any(path not in tree for path in files):
        files = _same_place(project, tree)
    inside = project.migrations + "/"
    blobs = {path: id for path, id in tree.items() if path.startswith(inside)}
    lock = f"{inside}migration_lock.toml"
    snapshot.read([tree[path] for path in (*files, lock) if path in tree])

    def read(path: str) -> str:
        # The first that is asked for beyond what is staged means that the history is needed: all at once, then.
        if not snapshot.has(blobs[path]):
            snapshot.read(id for path, id in blobs.items() if path.endswith("/migration.sql"))
        return snapshot.text(blobs[path], path)

    return State(
        tuple((path, snapshot.text(tree[path], path)) for path in files),
        folder_of(project.migrations, blobs, read),
    )


def _same_place(project: Project, tree: Tree) -> tuple[str, ...]:
    present = [path for path in project.schema if path in tree]
    if len(project.schema) == 1 and present:
        return tuple(present)
    folders = {path.rpartition("/")[0] for path in project.schema}
    top = min(folders, key=len, default="")
    start = top + "/" if top else ""
    inside = project.migrations + "/"
    found = [
        path
        for path in tree
        if path.endswith(".prisma") and path.startswith(start) and not path.startswith(inside)
    ]
    return tuple(sorted(found))


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
    blobs = {blob.path: blob.id for blob in repository.tree(reference, project.migrations)}
    head = {path: id for path, id in snapshot.head.items() if path.startswith(inside)}
    wanted = {path: id for path, id in blobs.items() if path.endswith("/migration.sql")}
    if all(head.get(path) == id for path, id in wanted.items()):
        names = {path[len(inside) :].partition("/")[0] for path in wanted}
        return Texts({name: name for name in names}, before.migrations.__getitem__)
    snapshot.read(wanted.values())
    return folder_of(project.migrations, wanted, lambda path: snapshot.text(wanted[path], path)).migrations


def other_side(project: Project, snapshot: Snapshot) -> State | None:
    if snapshot.merging is None:
        return None
    places = {path.rpartition("/")[0] for path in project.schema} or {""}
    blobs = snapshot.repository.tree(snapshot.merging, project.migrations, *(p for p in places if p))
    tree: Tree = {blob.path: blob.id for blob in blobs}
    return state_in(project, snapshot, tree)
