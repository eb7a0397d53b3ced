"""What statements cost travels with them: collected by the plan in script order, numbered, equal ones once."""

from __future__ import annotations

from prisma_drift.model.hazards import Check, Hazard
from prisma_drift.plan.plan import Plan, Statement, Step
from prisma_drift.plan.script import script

LOSS = Hazard("data-loss", "error", "public.U.a", "Values go.")
COUNT = Check("data-loss", "public.U.a", "loses", "Values go.", 'SELECT count(*) FROM "U"')


def test_hazards_are_numbered_in_script_order_and_equal_ones_stand_once() -> None:
    plan = Plan(
        (
            Step("AlterTable", (), (Statement("A"), Statement("B", hazards=(LOSS,), checks=(COUNT,)))),
            Step("DropTable", (), (Statement("C", hazards=(LOSS,), checks=(COUNT,)),)),
        )
    )
    assert [(hazard.object, hazard.statement) for hazard in plan.hazards] == [("public.U.a", 2)]
    assert plan.checks == (COUNT,)


def test_a_purpose_is_one_comment_line_above_its_statement() -> None:
    plan = Plan((Step("AlterTable", (), (Statement("A", "why\nDROP TABLE x"), Statement("B"))),))
    assert script(plan) == "-- AlterTable\n-- why DROP TABLE x\nA;\nB;\n"
