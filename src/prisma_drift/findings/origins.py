"""Where each difference comes from: the migration statements behind the objects that a Diff names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..diff.changes import AlterEnum, Change, Diff
from ..diff.subject import subject
from ..model.report import Origin
from ..replay.provenance import HasSql, Target, trace

_KINDS = {"primary key": "constraint", "foreign key": "constraint"}
"""What migrations call by another word than the differ."""


def origins(difference: Diff, migrations: Sequence[HasSql], default_schema: str) -> dict[str, Origin]:
    """The origin of each object, by its name in findings (`public.Tag`, `public.Tag.name`, `public.Role.ADMIN`)."""
    named = [pair for change in difference.changes for pair in _targets(change)]
    if not named:
        return {}
    traces = trace([target for _, target in named], migrations, default_schema)
    found: dict[str, Origin] = {}
    for key, target in named:
        origin = traces[target]
        if origin is not None and key not in found:
            found[key] = origin
    return found


def _targets(change: Change) -> Iterator[tuple[str, Target]]:
    """What to trace for one change: the object itself, by the name that the migrations know it under."""
    about = subject(change)
    if isinstance(change, AlterEnum):
        name = change.actual.name
        for value in (*change.added, *change.removed):
            yield f"{name}.{value}", Target("enum value", value, name.schema, name.name)
        return
    kind = _KINDS.get(about.kind, about.kind)
    there = about.actual is not None and kind == "column"
    target = Target(kind, about.name.name, about.name.schema, about.name.table, there)
    # Findings go under the name that the schema expects.
    yield str(about.expected or about.name), target
