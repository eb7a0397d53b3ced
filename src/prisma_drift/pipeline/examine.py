"""What a report says of a migrated database beside the schema: what differs, where that comes from, and a proved mend."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from ..diff.rules import Rules
from ..errors import DriftError
from ..migrations.history import History
from ..model.counted import counted
from ..model.hazards import Hazard
from ..model.report import EmptyProof, Finding, PopulatedProof, ProjectInfo, Proof, Report
from ..model.schema import Schema
from ..model.source import Position
from ..model.values import mutable, replace
from ..plan.renames.edits import History as Edits
from ..plan.renames.stage import Hints
from ..project.values import Note
from ..psl.load import Document
from .compare import Comparison, compare_sides
from .early import begun
from .source import Side, scope_of_schemas, shown
from .workplace import Migrated

if TYPE_CHECKING:
    from ..postgres.server.database import Server
    from ..project import Config


@mutable
class GitAsked:
    """Whether git was asked for what a report says."""

    yes: bool = False


def examine(
    config: Config,
    document: Document,
    history: History,
    shadow: Server,
    migrated: Migrated,
    *,
    strategy: str = "preserve",
    asked: GitAsked | None = None,
) -> Report:
    """Compare a migrated database with the schema and put what differs into a report; `asked` is told whether git was."""
    from ..findings.draw import build_diagram
    from ..findings.evidence import evidence
    from ..findings.findings import findings, schema_lines, sort_key, would_drop
    from ..findings.origins import origins
    from .edits import history_reader
    from .prove import mend

    rules = rules_of(config)
    asked = asked or GitAsked()
    read_edits = history_reader(config, document.files)

    def edits(names: frozenset[str]) -> Edits:
        asked.yes = True
        return read_edits(names)

    hints = Hints(
        config.renames,
        edits,
        guess=strategy == "preserve",
        shared=bool(config.name),
    )
    scope = scope_of_schemas([document.schema], rules)
    with ExitStack() as stack:
        here = migrated.side(scope, config.default_schema, stack)
        there = Side(document.schema, declared=True)
        comparison = compare_sides(here, there, rules, strategy=strategy, hints=hints)
    version = shadow.version
    if not comparison.difference.changes:
        migrated.leave()
    migrated.keep()
    difference, actual, expected = comparison.difference, comparison.actual, comparison.expected
    changed = bool(difference.changes)

    def told(config: Config = config) -> tuple[Finding, ...]:
        sides = evidence(config, difference, document.schema)
        asked.yes = asked.yes or bool(sides)
        return findings(
            difference,
            actual=actual,
            expected=expected,
            origins=origins(difference, history.migrations, config.default_schema),
            document=document,
            evidence=sides,
        )

    proof, lost, populated = None, frozenset[str](), None
    if not changed:
        found = told()
    else:
        # What differs is known; what is to be said of it is found out while the server tries the mend.
        with begun(told) as telling:
            comparison, proof, lost = mend(
                shadow, migrated.database, comparison, document.schema, rules, strategy
            )
            config, comparison, populated = _on_rows(config, comparison, proof, shadow, migrated, rules)
            migrated.leave()
            found = telling.result()
    holds = proof is not None and proof.holds and (populated is None or populated.holds)
    return Report(
        verdict="drift" if changed else "in-step",
        project=project_info(config, len(history.migrations), version),
        findings=tuple(
            sorted(
                (
                    *found,
                    *_untidy(history),
                    *_view_keys(config, document),
                    *_noted(config),
                    *_hidden(config, actual, document),
                ),
                key=sort_key,
            )
        ),
        unmanaged=tuple(
            one
            for one in actual.unmanaged
            if one.name not in lost and not _is_external(config, one.kind, one.name, one.table)
        ),
        corrective_sql=comparison.sql if holds else "",
        rejected_sql="" if holds else comparison.sql,
        hazards=_observed(comparison.plan.hazards, populated) if changed else (),
        checks=comparison.plan.checks if changed else (),
        renames=comparison.plan.renames if changed else (),
        schema_lines=schema_lines(found),
        proof=Proof(empty=proof, populated=populated),
        would_drop=tuple(one for one in would_drop(difference, actual) if one.name not in lost),
        diagram=build_diagram(difference, actual, expected),
    )


def _on_rows(
    config: Config,
    comparison: Comparison,
    proof: EmptyProof | None,
    shadow: Server,
    migrated: Migrated,
    rules: Rules,
) -> tuple[Config, Comparison, PopulatedProof | None]:
    """The proof on rows of a plan that holds without; one that does not hold says why in the plan.

    The config notes a seed of the settings that does not apply: one written for the schema may not, before the mend.
    """
    if proof is None or not proof.holds:
        return config, comparison, None
    if not config.rows:
        return config, comparison, PopulatedProof(skipped="--no-rows")
    from .populated import prove_on_rows, why_not
    from .seeds import seeded

    seed = partial(seeded, config) if config.seed is not None else None
    try:
        populated = prove_on_rows(shadow, migrated.database, comparison, rules, seed=seed)
    except DriftError as error:
        if not config.seed_from_file:
            raise
        hint = (
            "The mend was tried on invented rows alone. A seed of the settings has to apply before the mend."
        )
        note = Note(error.id, "warning", error.message, hint, error.position)
        config = replace(config, notes=(*config.notes, note))
        populated = prove_on_rows(shadow, migrated.database, comparison, rules)
    if populated.holds:
        return config, comparison, populated
    beside = (*comparison.plan.beside, why_not(comparison, populated))
    return config, replace(comparison, plan=replace(comparison.plan, beside=beside)), populated


def _observed(hazards: tuple[Hazard, ...], populated: PopulatedProof | None) -> tuple[Hazard, ...]:
    """The hazards with what their statements were seen to do."""
    seen = dict(populated.observed) if populated is not None else {}
    return tuple(replace(one, observed=seen.get(one.statement, one.observed)) for one in hazards)


def _is_external(config: Config, kind: str, name: str, table: str) -> bool:
    """Whether the init script made it, or it belongs to a table of its."""
    return (kind, name) in config.external_objects or table in config.external_tables


def _hidden(config: Config, actual: Schema, document: Document) -> tuple[Finding, ...]:
    """What the repository's own settings keep from being compared, by name: nothing is left out without a word."""
    rules = rules_of(config)
    tables = {
        str(t.name)
        for one in (actual, document.schema)
        for t in one.tables
        if rules.is_external_table(t.name)
    }
    enums = {
        str(e.name) for one in (actual, document.schema) for e in one.enums if rules.is_external_enum(e.name)
    }
    if not tables and not enums:
        return ()
    position = Position(config.shown(config.settings), 1) if config.settings else None
    told = []
    for kind, names in (("table", tables), ("enum", enums)):
        for scripted, why in (
            (False, "the settings call it external"),
            (True, "the init script of the shadow database made it"),
        ):
            listed = sorted(name for name in names if (name in config.from_script) is scripted)
            if listed:
                shown = ", ".join(listed[:MOST_HIDDEN]) + (
                    f" and {len(listed) - MOST_HIDDEN} more" if listed[MOST_HIDDEN:] else ""
                )
                what = (
                    f"the {kind} {shown}" if len(listed) == 1 else f"{counted(len(listed), kind)} ({shown})"
                )
                told.append(f"{what}, since {why if len(listed) == 1 else why.replace(' it', ' them')}")
    return (
        Finding(
            "hidden-by-settings",
            "note",
            "",
            f"Not compared: {'; '.join(told)}.",
            "Take it out of `tables.external`, `enums.external` or `init-shadow-db` to have it compared.",
            position=position,
        ),
    )


MOST_HIDDEN = 40
"""Names in one list before `and n more`."""


def rules_of(config: Config) -> Rules:
    """The differ's rules for a project."""
    return Rules(
        version=config.version,
        external_tables=config.external_tables,
        external_enums=config.external_enums,
        backfill=config.backfill,
    )


def _noted(config: Config) -> tuple[Finding, ...]:
    """What there is to say of where the project was found."""
    return tuple(
        Finding(n.id, n.severity, "", n.message, n.hint, position=shown(config, n.position))
        for n in config.notes
    )


def _untidy(history: History) -> tuple[Finding, ...]:
    return tuple(
        Finding(h.id, h.severity, h.object, h.message, h.hint, position=h.position) for h in history.hygiene
    )


def _view_keys(config: Config, document: Document) -> tuple[Finding, ...]:
    """Keys and indexes of views, which Prisma refuses since 6.13: no drift, since a view is no table, but not to be run so."""
    if not (config.version_certain and config.version.keyless_views):
        return ()
    return tuple(
        Finding(
            "view-key",
            "warning",
            "",
            f"{one.message.removeprefix('Error validating: ')} Prisma {config.version} refuses the schema.",
            "Take it out of the view; `@unique` is what a view may have.",
            position=one.position,
        )
        for one in document.warnings
        if one.message.startswith("Views cannot have")
    )


def project_info(config: Config, count: int, postgres: str) -> ProjectInfo:
    """`count`: the migrations. `postgres`: the shadow's version; empty where there was none yet."""
    return ProjectInfo(
        schema=config.shown(config.schema),
        migrations=config.shown(config.migrations) if config.migrations else "",
        prisma=str(config.version),
        prisma_source=config.version_source,
        postgres=postgres,
        migration_count=count,
        root=str(config.root),
        name=config.name,
    )
