"""Cycles of relations that change each other's rows.

Postgres copes with them; with relationMode = "prisma" the client would not, so each needs a NoAction or Restrict.
"""

from __future__ import annotations

from collections import defaultdict

from ..resolve.default_names import referential_arity
from ..resolve.symbols import ModelSymbol, Relation, RelationField
from ..syntax.ast import REQUIRED
from .criteria import Scope

SELF_RELATION = (
    "A self-relation must have `onDelete` and `onUpdate` referential actions set to `NoAction` in one of the "
    "@relation attributes."
)
_MAX_STEPS = 20_000
"""How far the paths of cycles are followed for their messages, all together."""
_MAX_PATH = 50
"""The longest path that a message shows."""


class Cycles:
    """The relations that pass changes on, as a graph over models."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.off = not scope.postgres or scope.foreign_keys
        self.steps = _MAX_STEPS
        self.edges: defaultdict[int, list[Relation]] = defaultdict(list)
        if self.off:
            return
        for relation in scope.symbols.relations:
            if _is_complete(relation):
                self.edges[id(relation.model_a)].append(relation)
        self.components = _components(scope.symbols.models, self.edges)
        self.leads_to_itself = self._self_reaching()

    def _self_reaching(self) -> set[int]:
        """Models from which a relation of a model to itself can be reached."""
        backwards: defaultdict[int, list[int]] = defaultdict(list)
        found: list[int] = []
        for relations in self.edges.values():
            for relation in relations:
                if not passes_on(relation):
                    continue
                backwards[id(relation.model_b)].append(id(relation.model_a))
                if relation.model_a is relation.model_b:
                    found.append(id(relation.model_a))
        seen = set(found)
        while found:
            for before in backwards[found.pop()]:
                if before not in seen:
                    seen.add(before)
                    found.append(before)
        return seen

    def check(self, relation: Relation) -> None:
        if self.off or not _is_complete(relation) or not passes_on(relation):
            return
        start, end = id(relation.model_a), id(relation.model_b)
        if self.components[start] != self.components[end] and end not in self.leads_to_itself:
            return
        field = relation.field_a
        if field is not None:
            message = f"{self._message(relation)}{_defaults(field)}"
            ending = " Read more at https://pris.ly/d/cyclic-referential-actions"
            self.scope.diagnostics.validation(f"{message}{ending}", field.ast.span)

    def _message(self, relation: Relation) -> str:
        """Follow the relations, the last one first, until one leads back."""
        parent = relation.model_a
        visited: set[int] = set()
        stack: list[_Path] = [(relation, None)]
        while stack and self.steps > 0:
            self.steps -= 1
            path = stack.pop()
            current = path[0]
            visited.add(id(current))
            if not passes_on(current):
                continue
            if current.model_a is current.model_b:
                return SELF_RELATION
            if current.model_b is parent:
                return _cycle(_written(path))
            for following in self.edges[id(current.model_b)]:
                if id(following) not in visited:
                    stack.append((following, path))
        return _cycle(_written((relation, None)))


_Path = tuple[Relation, "_Path | None"]
"""A relation, and the way that led to it."""


def _written(path: _Path) -> str:
    steps: list[str] = []
    step: _Path | None = path
    while step is not None:
        steps.append(_shown(step[0]))
        step = step[1]
    steps.reverse()
    if len(steps) > _MAX_PATH:
        steps = [*steps[:_MAX_PATH], "…"]
    return " → ".join(steps)


def _cycle(path: str) -> str:
    return (
        "Reference causes a cycle. One of the @relation attributes in this cycle must have `onDelete` and `onUpdate` "
        f"referential actions set to `NoAction`. Cycle path: {path}."
    )


def _shown(relation: Relation) -> str:
    field = relation.field_a
    return f"{relation.model_a.name}.{field.name}" if field else relation.model_a.name


def _is_complete(relation: Relation) -> bool:
    return (
        relation.kind in ("one-to-one", "one-to-many")
        and relation.field_a is not None
        and relation.field_b is not None
    )


def _default_on_delete(field: RelationField) -> str:
    return "Restrict" if referential_arity(field) == REQUIRED else "SetNull"


def passes_on(relation: Relation) -> bool:
    """Whether deleting or updating a row changes the rows that point to it."""
    field = relation.field_a
    if field is None:
        return False
    on_delete = field.on_delete[0] if field.on_delete else _default_on_delete(field)
    on_update = field.on_update[0] if field.on_update else "Cascade"
    return not {on_delete, on_update} <= {"NoAction", "Restrict"}


def _defaults(field: RelationField) -> str:
    """The actions that nobody wrote."""
    implicit = []
    if field.on_delete is None and _default_on_delete(field) == "SetNull":
        implicit.append("`onDelete`: `SetNull`")
    if field.on_update is None:
        implicit.append("`onUpdate`: `Cascade`")
    return f" (Implicit default {', and '.join(implicit)})" if implicit else ""


def _components(models: list[ModelSymbol], edges: defaultdict[int, list[Relation]]) -> dict[int, int]:
    """Strongly connected components (Tarjan's algorithm, without recursion): model → number."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    component: dict[int, int] = {}
    stack: list[int] = []
    for model in models:
        if id(model) in index:
            continue
        work = [(id(model), iter(_targets(id(model), edges)))]
        index[id(model)] = low[id(model)] = len(index)
        stack.append(id(model))
        while work:
            node, targets = work[-1]
            target = next(targets, None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    while True:
                        member = stack.pop()
                        component[member] = index[node]
                        if member == node:
                            break
            elif target not in index:
                index[target] = low[target] = len(index)
                stack.append(target)
                work.append((target, iter(_targets(target, edges))))
            elif target not in component:
                low[node] = min(low[node], index[target])
    return component


def _targets(node: int, edges: defaultdict[int, list[Relation]]) -> list[int]:
    return [id(relation.model_b) for relation in edges.get(node, ()) if passes_on(relation)]
