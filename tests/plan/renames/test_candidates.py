"""Two that compete are never sure."""

from __future__ import annotations

from prisma_drift.plan.renames.candidates import Candidate, Grade, settle

A_X = Candidate("a", "x", Grade.LIKELY)


def test_alone_it_is_sure() -> None:
    assert settle([A_X, Candidate("b", "y", Grade.NONE)]).sure == (A_X,)


def test_a_rival_at_either_end_opens_it_again() -> None:
    for rival in (Candidate("a", "y", Grade.POSSIBLE), Candidate("b", "x", Grade.POSSIBLE)):
        found = settle([A_X, rival])
        assert not found.sure
        assert found.open == (A_X, rival)


def test_what_is_certain_yields_only_to_what_is_certain_too() -> None:
    certain = Candidate("a", "x", Grade.CERTAIN)
    assert settle([certain, Candidate("a", "y", Grade.LIKELY)]).sure == (certain,)
    assert not settle([certain, Candidate("a", "y", Grade.CERTAIN)]).sure


def test_what_is_settled_competes_no_more() -> None:
    certain, likely = Candidate("a", "x", Grade.CERTAIN), Candidate("b", "y", Grade.LIKELY)
    found = settle([certain, likely, Candidate("a", "y", Grade.POSSIBLE)])
    assert set(found.sure) == {certain, likely}
    assert not found.open


def test_faint_is_offered_only_where_nothing_else_comes_into_question() -> None:
    faint = Candidate("a", "x", Grade.FAINT)
    assert settle([faint]).open == (faint,)
    assert not settle([faint, Candidate("a", "y", Grade.FAINT)]).open
