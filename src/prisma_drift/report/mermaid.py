"""A Diagram as the text of a Mermaid entity-relationship diagram.

Mermaid's ER grammar takes a quoted entity name, and attribute words of letters, digits, `_`, `-`, `[`, `]`, `(`, `)`;
whatever else a database name holds is replaced, so that no name can end the diagram or carry a directive.
"""

from __future__ import annotations

import re

from ..model.diagram import Diagram, DiagramColumn, DiagramTable
from ..model.workflow import visible

MOST_TABLES = 24
"""Tables drawn; more cannot be read in a comment, and Mermaid refuses texts above 50,000 characters."""
MOST_COLUMNS = 16
"""Columns drawn of each table."""


def mermaid(diagram: Diagram, *, tables: int = MOST_TABLES) -> str:
    """The diagram's text without a fence; empty where there is nothing to draw."""
    shown = diagram.tables[:tables]
    if not shown:
        return ""
    lines = ["erDiagram"]
    for table in shown:
        lines += _table(table)
    drawn = {table.name for table in shown}
    for link in diagram.links:
        if link.source in drawn:
            left = "|o" if link.optional else "||"
            label = _words(link.label + (" (missing)" if link.missing else ""))
            line = ".." if link.missing else "--"
            lines.append(f'  "{_words(link.target)}" {left}{line}o{{ "{_words(link.source)}" : "{label}"')
    return "\n".join(lines)


def _table(table: DiagramTable) -> list[str]:
    title = _words(table.name + (f" ({table.note})" if table.note else ""))
    name = _words(table.name)
    head = f'  "{name}"' if title == name else f'  "{name}"["{title}"]'
    # Changed columns first: they are why the table is drawn.
    columns = sorted(table.columns, key=lambda column: not column.note)[:MOST_COLUMNS]
    kept = [column for column in table.columns if column in columns]
    if not kept:
        return [head]
    return [head + " {", *(_column(column) for column in kept), "  }"]


def _column(column: DiagramColumn) -> str:
    keys = " " + ", ".join(column.keys) if column.keys else ""
    note = f' "{_words(column.note)}"' if column.note else ""
    return f"    {_word(column.type, 'type')} {_word(column.name, 'column')}{keys}{note}"


def _word(text: str, empty: str) -> str:
    """One attribute word: a letter or `_` first, then letters, digits, `_`, brackets."""
    short = re.sub(r"\btimestamp\((\d)\) without time zone", r"timestamp(\1)", visible(text))
    word = re.sub(r"[^A-Za-z0-9_()\[\]]+", "_", short)[:60].strip("_") or empty
    return word if word[0].isalpha() or word[0] == "_" else "_" + word


def _words(text: str) -> str:
    """Text inside double quotes: quotes, braces, semicolons, percent signs and angle brackets replaced."""
    plain = re.sub(r"[^\w .,()\[\]+–-]+", " ", visible(text).replace("\ufffd", " "))
    return " ".join(plain.split())[:80] or "–"
