"""Small random damage to a schema's text, as an editor or a merge would do it."""

from __future__ import annotations

import random
import re

TOKENS = [
    "@id",
    "@unique",
    "@@id([id])",
    "@@unique([id])",
    "@@index([id])",
    '@map("x")',
    "@default(now())",
    "@default(1)",
    "@default(autoincrement())",
    "@updatedAt",
    "@db.VarChar(10)",
    "@db.Uuid",
    "@db.Timestamp(9)",
    "@relation(fields: [id])",
    "?",
    "[]",
    "Int",
    "String",
    "DateTime",
    "Json",
    'Unsupported("point")',
    "nope",
    "@nope",
    "@@nope",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    '"',
    ",",
    ":",
    "-",
    '@@map("t")',
    '@@schema("s")',
    "@ignore",
    "@@ignore",
    "enum",
    "model",
    "type: Hash",
    "sort: Desc",
    "onDelete: SetNull",
    "@default([])",
    "@default(dbgenerated())",
    "@default(uuid())",
    "//",
    "///",
    "/*",
    "\\",
    "1",
    "é",
    "_a",
]


def damage(text: str, seed: int | str) -> str:
    """One to three small edits: a line dropped, doubled or moved; a token dropped, doubled, replaced or put in."""
    source = random.Random(seed)
    for _ in range(source.choice([1, 1, 1, 2, 3])):
        lines = text.split("\n")
        place = source.randrange(len(lines))
        kind = source.choice(
            [
                "drop line",
                "double line",
                "move line",
                "token",
                "token",
                "token",
                "insert",
                "insert",
                "swap words",
                "cut",
            ]
        )
        if kind == "drop line":
            del lines[place]
        elif kind == "double line":
            lines.insert(place, lines[place])
        elif kind == "move line":
            line = lines.pop(place)
            lines.insert(source.randrange(len(lines) + 1), line)
        elif kind == "cut":
            line = lines[place]
            lines[place] = line[: source.randrange(len(line) + 1)]
        elif kind == "insert":
            lines[place] = f"{lines[place]} {source.choice(TOKENS)}"
        else:
            parts = re.split(r"(\W)", lines[place])
            spots = [i for i, part in enumerate(parts) if part.strip()]
            if spots:
                spot = source.choice(spots)
                if kind == "token":
                    parts[spot] = source.choice(["", parts[spot] * 2, source.choice(TOKENS)])
                else:
                    other = source.choice(spots)
                    parts[spot], parts[other] = parts[other], parts[spot]
                lines[place] = "".join(parts)
        text = "\n".join(lines)
        if not text:
            break
    return text
