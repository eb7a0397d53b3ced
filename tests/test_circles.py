"""No module imports itself by way of others: not in functions, not for types alone."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src"
Imports = dict[str, set[str]]


def modules(folder: Path) -> dict[str, Path]:
    found = {}
    for file in folder.rglob("*.py"):
        parts = file.relative_to(folder).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def imports(name: str, file: Path, known: set[str]) -> Iterator[str]:
    """The modules of ours that a module imports, wherever the import stands."""
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            start = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            source = ".".join(part for part in (start, node.module) if part)
            for alias in node.names:
                module = f"{source}.{alias.name}"
                yield from (one for one in (module if module in known else source,) if one in known)


def circles(graph: Imports) -> list[list[str]]:
    """The strongly connected components of more than one module (Tarjan)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        number[module] = lowest[module] = len(number)
        stack.append(module)
        for other in sorted(graph[module]):
            if other not in number:
                visit(other)
                lowest[module] = min(lowest[module], lowest[other])
            elif other in stack:
                lowest[module] = min(lowest[module], number[other])
        if lowest[module] == number[module]:
            circle = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(circle) > 1:
                found.append(sorted(circle))

    for module in sorted(graph):
        if module not in number:
            visit(module)
    return found


def graph_of(folder: Path) -> Imports:
    files = modules(folder)
    return {name: set(imports(name, file, set(files))) - {name} for name, file in files.items()}


def test_no_circle() -> None:
    sys.setrecursionlimit(10_000)
    graph = graph_of(SOURCE)
    assert len(graph) > 200
    assert circles(graph) == []


def test_a_circle_is_found_in_functions_and_for_types(tmp_path: Path) -> None:
    package = tmp_path / "p"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "a.py").write_text("def f():\n    from .b import g\n")
    (package / "b.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import c\n"
    )
    (package / "c.py").write_text("from .a import f\n")
    assert circles(graph_of(tmp_path)) == [["p.a", "p.b", "p.c"]]
