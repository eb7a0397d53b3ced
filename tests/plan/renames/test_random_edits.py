"""Random edits with a known truth: nothing is taken for another thing, and nothing goes without a word.

For more: `EDITS=5000 pytest tests/plan/renames/test_random_edits.py`.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from random_edits import Edit, random_edit

from prisma_drift.diff.compare import Rules, diff
from prisma_drift.model.schema import Schema
from prisma_drift.model.version import LATEST
from prisma_drift.plan.plan import Plan, build_plan
from prisma_drift.plan.renames.edits import History, declarations
from prisma_drift.plan.renames.stage import Hints, complete, find_renames

Models = Callable[..., Schema]
EDITS = int(os.environ.get("EDITS", "120"))


def planned(edit: Edit, as_database: Models, models: Models, *, git: bool) -> Plan:
    """The plan for an edit that git shows as one, or of which it knows nothing."""
    actual, expected, rules = as_database(edit.before), models(edit.after), Rules()

    def read(_: frozenset[str]) -> History:
        return History(tuple(declarations([text], LATEST) for text in (edit.after, edit.before)))

    renaming = find_renames(actual, expected, rules, Hints(tuple(edit.told), read if git else None))
    difference = complete(diff(renaming.actual, expected, rules), renaming)
    return build_plan(difference, renaming.actual, expected, rules, strategy="preserve")


@pytest.mark.parametrize("part", range(4))
def test_random_edits(part: int, as_database: Models, models: Models) -> None:
    for seed in range(part, EDITS, 4):
        edit = random_edit(seed)
        plan = planned(edit, as_database, models, git=seed % 3 == 0)
        about = f"seed {seed}\n{edit.before}\n{edit.after}\n{edit.told}\n{plan.renames}"
        sure = {
            one.source.removeprefix("public."): one.target.removeprefix("public.")
            for one in plan.renames
            if one.sure
        }
        wrong = {old: new for old, new in sure.items() if edit.same.get(old) != new}
        assert not wrong, f"taken for another thing: {wrong}\n{about}"
        unseen = edit.evident - sure.keys()
        assert not unseen, f"not seen: {unseen}\n{about}"
        lost = {
            h.object.removeprefix("public.")
            for h in plan.hazards
            if h.id == "data-loss" and h.severity == "error"
        }
        unsure = {name for name in edit.same if "." not in name and name not in sure and name != "Hue"}
        unsure = {name for name in unsure if edit.same[name] != name}
        silent = {
            name for name in edit.gone | unsure if name not in lost and name.partition(".")[0] not in lost
        }
        assert not silent, f"goes without a word: {silent}\n{about}"
        assert not lost & edit.evident, f"lost: {lost & edit.evident}\n{about}"
