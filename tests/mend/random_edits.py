"""Random edits of a schema whose truth is known: what kept its identity under another name, and what is another thing.

What is renamed has evidence (the words in another style, `@map`, `--rename`) or none; what is another thing stands in the
place of what went, with the same type, a sibling's name or a stranger's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random

WORDS = "amount email title score owner place shape tone unit level colour weight height rank phone".split()  # noqa: SIM905
STRANGERS = "zebra quorum vexing magnet lantern harbour pillow thicket anchor ribbon".split()  # noqa: SIM905
MODELS = "User Invoice Ticket Folder Product Team".split()  # noqa: SIM905
NEW_MODELS = "Glacier Bonfire Sparrow Meadow".split()  # noqa: SIM905
QUALIFIERS = ("old", "new", "max", "default", "parent", "last")
TYPES = ("Int", "String", "DateTime", "Json", "Boolean", "Decimal")


@dataclass
class Edit:
    """Two schemas, and what of the first is what of the second."""

    before: str = ""
    after: str = ""
    told: list[str] = field(default_factory=list)
    same: dict[str, str] = field(default_factory=dict)
    """`User.name` → `User.full_name`, by the names in the database; also tables, enums and values."""
    evident: set[str] = field(default_factory=set)
    """Those of `same` that have to be seen."""
    gone: set[str] = field(default_factory=set)
    """Columns and tables that are nothing of the second schema."""


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Maker:
    """Makes one edit."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._words = random.sample(WORDS, len(WORDS))
        self._strangers = random.sample(STRANGERS, len(STRANGERS))
        self.edit = Edit()

    def make(self) -> Edit:
        names = self._random.sample(MODELS, self._random.randint(2, 3))
        strangers = self._random.sample(NEW_MODELS, len(NEW_MODELS))
        enums = self._enum()
        for at, name in enumerate(names):
            self._model(
                name, strangers.pop(), linked=names[0] if at == 1 else "", enum=enums if at == 0 else None
            )
        return self.edit

    def _field(self) -> tuple[str, str]:
        word = self._words.pop() if self._words else f"spare{self._random.randrange(10**6)}"
        second = self._random.choice(["", "", "Value", "Mark"])
        return word + second, self._random.choice(TYPES)

    def _model(self, name: str, stranger: str, linked: str, enum: tuple[str, str] | None) -> None:
        random, edit = self._random, self.edit
        way = random.choice(["keep", "keep", "keep", "mapped", "plural", "gone", "replaced"])
        if linked or enum is not None:
            way = "keep" if way in ("gone", "replaced") else way
        table, stored = name, {"mapped": snake(name) + "_rows", "plural": f"{name}s"}.get(way, name)
        before, after = ["  id Int @id"], ["  id Int @id"]
        fields = [self._field() for _ in range(random.randint(2, 5))]
        for word, type_ in fields:
            before.append(f"  {word} {type_}")
            after += self._changed(table, stored, word, type_, quiet=way in ("gone", "replaced"))
        if enum is not None:
            before.append(f"  kind {enum[0]}")
            after.append(f"  kind {enum[1]}")
        if random.random() < 0.3:
            after[1:] = random.sample(after[1:], len(after) - 1)
        edit.before += f"model {name} {{\n" + "\n".join(before) + "\n}\n"
        if way == "gone":
            edit.gone.add(table)
            return
        if way == "replaced":
            # Another thing, of the same size, in the same place.
            edit.gone.add(table)
            lines = [f"  {self._stranger()} {type_}" for _, type_ in fields]
            edit.after += f"model {stranger} {{\n  id Int @id\n" + "\n".join(lines) + "\n}\n"
            return
        if stored != table:
            edit.same[table] = stored
            kept = sum(edit.same.get(f"{table}.{word}") == f"{stored}.{word}" for word, _ in fields)
            if any(text.startswith(f"{table}.") for text in edit.told):
                edit.told.append(f"{table}={stored}")
                edit.evident.add(table)
            elif kept >= len(fields) * 0.5:
                edit.evident.add(table)
            else:
                # What little of it stays may as well be another table: open, and its columns with it.
                edit.evident = {name for name in edit.evident if not name.startswith(f"{table}.")}
        model = stored if way == "plural" else name
        mapped = f'\n  @@map("{stored}")' if way == "mapped" else ""
        edit.after += f"model {model} {{\n" + "\n".join(after) + f"{mapped}\n}}\n"

    def _stranger(self) -> str:
        return self._strangers.pop() if self._strangers else f"odd{self._random.randrange(10**6)}"

    def _changed(self, table: str, stored: str, word: str, type_: str, *, quiet: bool) -> list[str]:
        """The lines of a field after the edit."""
        random, edit = self._random, self.edit
        ways = [
            "keep",
            "keep",
            "style",
            "mapped",
            "mapped and retyped",
            "told",
            "gone",
            "sibling",
            "stranger",
            "numbered",
        ]
        way = "keep" if quiet else random.choice(ways)
        old = f"{table}.{word}"

        def became(name: str) -> None:
            edit.same[old] = f"{stored}.{name}"
            edit.evident.add(old)

        match way:
            case "style" if snake(word) != word:
                became(snake(word))
                return [f"  {snake(word)} {type_}"]
            case "mapped" | "mapped and retyped":
                became(f"{snake(word)}_col")
                other = type_ if way == "mapped" else {"String": "Json", "Int": "String"}.get(type_, type_)
                return [f'  {word} {other} @map("{snake(word)}_col")']
            case "told":
                name = self._stranger()
                became(name)
                edit.told.append(f"{old}={stored}.{name}")
                return [f"  {name} {type_}"]
            case "gone":
                edit.gone.add(old)
                return []
            case "sibling":
                edit.gone.add(old)
                return [f"  {random.choice(QUALIFIERS)}{word[0].upper()}{word[1:]} {type_}"]
            case "numbered":
                edit.gone.add(old)
                return [f"  {word}{random.randint(2, 9)} {type_}"]
            case "stranger":
                edit.gone.add(old)
                return [f"  {self._stranger()} {type_}"]
            case _:
                edit.same[old] = f"{stored}.{word}"
                return [f"  {word} {type_}"]

    def _enum(self) -> tuple[str, str]:
        """An enum of a column, under the name before and after."""
        random, edit = self._random, self.edit
        way = random.choice(["keep", "mapped", "plural", "values"])
        values = ["RED", "GREEN_ISH", "BLUE"]
        after, name, mapped = [*values], "Hue", ""
        if way == "mapped":
            edit.same["Hue"], mapped = "hue_kind", '  @@map("hue_kind")\n'
        elif way == "plural":
            name = edit.same["Hue"] = "Hues"
        elif way == "values":
            change = random.choice(["style", "mapped", "stranger"])
            if change == "style":
                after[1] = "GreenIsh"
                edit.same["Hue.GREEN_ISH"] = "Hue.GreenIsh"
            elif change == "mapped":
                after[1] = 'GREEN_ISH @map("green-ish")'
                edit.same["Hue.GREEN_ISH"] = "Hue.green-ish"
            else:
                after[1] = "OCHRE"
        edit.evident |= {old for old in edit.same if old.startswith("Hue")}
        edit.before += "enum Hue {\n" + "".join(f"  {value}\n" for value in values) + "}\n"
        edit.after += f"enum {name} {{\n" + "".join(f"  {value}\n" for value in after) + mapped + "}\n"
        return "Hue", name


def random_edit(seed: int) -> Edit:
    return Maker(Random(seed)).make()
