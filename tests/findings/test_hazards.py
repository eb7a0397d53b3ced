"""Many hazards of one kind are said together to people; decisions, and what programs read, are not."""

from __future__ import annotations

from prisma_drift.findings.hazards import folded, ordered, sentence
from prisma_drift.model.hazards import Hazard


def orphans(count: int, severity: str = "warning") -> list[Hazard]:
    return [
        Hazard("orphans", severity, f"public.Child{n}.Child{n}_fkey", f"Key {n} stops.", "Count them.", n + 3)
        for n in range(count)
    ]


def test_many_alike_are_counted_where_the_first_would_stand() -> None:
    loss = Hazard("data-loss", "error", "public.User.name", "public.User.name is dropped.", "", 40)
    note = Hazard("breaks-application", "note", "public.User.name", "It fails.", "", 1)
    found = folded([note, *orphans(30), loss])
    assert [(one.id, one.object) for one in found] == [
        ("data-loss", "public.User.name"),
        ("orphans", ""),
        ("breaks-application", "public.User.name"),
    ]
    assert sentence(found[1]) == (
        "30 foreign keys stop at rows that point to nothing: public.Child0.Child0_fkey, "
        "public.Child1.Child1_fkey, public.Child2.Child2_fkey and 27 more. Count them."
    )


def test_few_stand_by_themselves() -> None:
    assert folded(orphans(4)) == ordered(orphans(4))


def test_each_decision_stands_by_itself() -> None:
    assert folded(orphans(9, "error")) == ordered(orphans(9, "error"))
