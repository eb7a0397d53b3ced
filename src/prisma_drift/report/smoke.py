"""A smoke test in words: the verdict, each probe, and what failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..model.counted import counted

if TYPE_CHECKING:
    from ..smoke.outcome import Outcome
    from ..smoke.run import Ready


def lines(
    stands: Ready, outcomes: Sequence[Outcome], *, verbose: bool = False, hints: bool = True
) -> Iterator[str]:
    """What is said of a smoke test, line by line; with `hints`, what to type next."""
    from ..smoke.probes import PROBES

    failed = [outcome for outcome in outcomes if outcome.failures]
    what = f"{stands.config.shown(stands.config.schema)}: {counted(stands.migrations, 'migration')}"
    what += " and the proved mend" if stands.mended else ""
    verdict = f"{counted(len(failed), 'probe')} of {len(outcomes)} failed" if failed else "every probe passes"
    yield f"{'✗' if failed else '✓'} {what} on Postgres {stands.shadow.version}, {verdict}"
    width = max(len(outcome.probe) for outcome in outcomes)
    for outcome in outcomes:
        if outcome.skipped:
            yield f"  - {outcome.probe:<{width}}  skipped"
            continue
        sign = "✗" if outcome.failures else "✓" if outcome.tried else "-"
        count = f"{outcome.tried} tried" if outcome.tried else "nothing to try"
        more = f", {len(outcome.untried)} could not be" if outcome.untried else ""
        yield f"  {sign} {outcome.probe:<{width}}  {PROBES[outcome.probe][0]} ({count}{more})"
        for trouble in outcome.failures:
            yield f"      {trouble.object}: {trouble.message}"
        for trouble in outcome.untried if verbose else ():
            yield f"      not tried: {trouble.object}: {trouble.message}"
    if not hints:
        return
    if failed:
        yield ""
        yield f"next: prisma-drift check   says where schema and migrations differ; --skip {failed[0].probe} leaves a probe out"
    elif not verbose and any(outcome.untried for outcome in outcomes):
        yield "  what could not be tried, and why: --verbose"
