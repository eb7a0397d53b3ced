"""What a run has to say, as values; the writers beside this file turn it into text, JSON, Markdown…"""

from __future__ import annotations

from .diagram import Diagram
from .edit import SchemaLines
from .hazards import Check, Hazard, Observed, Rename
from .schema import Unmanaged
from .source import Position
from .values import field, frozen

__all__ = [
    "EmptyProof",
    "Finding",
    "Mend",
    "Origin",
    "PopulatedProof",
    "ProjectInfo",
    "Proof",
    "Report",
    "SchemaLines",
]


@frozen
class Origin:
    """The migration statement that last made, changed, renamed or dropped an object."""

    migration: str
    """Folder name of the migration."""
    file: str
    line: int
    action: str
    """created | altered | renamed | dropped"""


@frozen
class Mend:
    """One way to make a finding go away."""

    kind: str
    """sql | schema"""
    sql: str = ""
    lines: tuple[SchemaLines, ...] = ()
    why: str = ""
    """The evidence for offering it first, if it is."""


@frozen
class Finding:
    """One thing that is not as it should be."""

    id: str
    """kebab-case; each has a page docs/findings/<id>.md."""
    severity: str
    """error (makes the verdict) | warning | note"""
    object: str
    """`public.Workspace.jitterMin`, or a migration's name; empty for the project as a whole."""
    message: str
    hint: str = ""
    position: Position | None = None
    """Where in schema.prisma, or in a migration."""
    origin: Origin | None = None
    """None: not traced."""
    mends: tuple[Mend, ...] = ()
    """Best first; empty where the corrective migration is the only one."""
    excerpt: str = ""
    """The offending line(s) with a caret, for errors in files."""
    table: str = ""
    """Qualified name of the table concerned, for grouping."""
    model: str = ""
    """The model in schema.prisma, where there is one."""
    actual: str = ""
    """What the migrations build, short: `jsonb`, `–` for absent."""
    expected: str = ""
    """What the schema says, short: `vector(1536)`, `–` for absent."""
    field: str = ""
    """The field in schema.prisma, where it has another name than the column."""


@frozen
class EmptyProof:
    """The corrective migration applied to a copy of the (empty) shadow database."""

    applied: bool
    residual: int
    """Changes still found after it."""
    error: str = ""
    """Why it does not hold: Postgres' words, what is left, or what would be lost."""
    hint: str = ""
    """What to do where it does not hold."""
    lost: tuple[str, ...] = ()
    """Objects that no schema declares and that were gone after it, or other than before, without a hazard that says so."""

    @property
    def holds(self) -> bool:
        """Whether the corrective migration does what it is for, and nothing else."""
        return self.applied and not self.residual and not self.lost


@frozen
class PopulatedProof:
    """The corrective migration applied to a copy whose tables were filled with invented rows.

    The numbers are those of the last run: the one on rows of which no check counts any, where there was one.
    """

    applied: bool = False
    tables: int = 0
    """Tables with rows: those that the migration touches, and those that they reference."""
    rows_before: int = 0
    rows_after: int = 0
    values_kept: int = 0
    """Values, not null, that were found again."""
    values_changed: int = 0
    """What was lost or changed without a hazard or a check that says so."""
    not_populated: tuple[tuple[str, str], ...] = ()
    """(table, why it has no row)"""
    error: str = ""
    """Why it does not hold."""
    lost: tuple[str, ...] = ()
    """Objects that lost something without a word."""
    stopped: bool = False
    """On rows that checks count it stopped, as they say, and changed nothing."""
    stopped_by: str = ""
    """What Postgres said where it stopped on rows that no check counts, as a hazard says it may: a trigger refused, …"""
    told: tuple[str, ...] = ()
    """Objects whose values were lost as a hazard says."""
    needless: tuple[str, ...] = ()
    """Warnings that did not come true."""
    observed: tuple[tuple[int, Observed], ...] = ()
    """By the statement's number in the script, from 1: what it was seen to do, run alone. Only where it locked something."""
    rewritten: tuple[str, ...] = ()
    """Tables that were written anew."""
    not_observed: tuple[int, str] | None = None
    """The number of the statement from which on none was run alone, and why; None where all were."""
    skipped: str = ""
    """Why it was not tried; then nothing else is said."""

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the migration."""
        return not self.error


@frozen
class Proof:
    empty: EmptyProof | None = None
    populated: PopulatedProof | None = None


@frozen
class ProjectInfo:
    schema: str
    """Path of the schema file or folder, relative to the repository."""
    migrations: str
    prisma: str
    """Prisma's version, whose rules were followed: `6.19.0`."""
    prisma_source: str
    """Where the version came from: package.json, a lock file, a flag, `default`."""
    postgres: str
    """The shadow's version, `18.6`; empty where none was started."""
    migration_count: int
    root: str = ""
    """The repository's (or project's) root on disk: paths in findings are relative to it."""
    name: str = ""
    """The project's name in a monorepo's list; empty where there is just one."""


@frozen
class Report:
    """The outcome of one check."""

    verdict: str
    """in-step | drift | error"""
    project: ProjectInfo
    findings: tuple[Finding, ...] = ()
    unmanaged: tuple[Unmanaged, ...] = ()
    corrective_sql: str = ""
    """Empty where there is nothing to do or none is proved: a report that holds unproved SQL cannot be made."""
    schema_lines: tuple[SchemaLines, ...] = ()
    """The schema-side mends of all findings, merged, in order of file and line."""
    proof: Proof = field(default_factory=Proof)
    would_drop: tuple[Unmanaged, ...] = ()
    """The part of `unmanaged` that Prisma's own diff would have dropped."""
    diagram: Diagram = field(default_factory=Diagram)
    """The changed part, for a picture; empty where nothing differs."""
    rejected_sql: str = ""
    """What was tried and did not hold, for who writes a migration by hand; no writer offers it."""
    hazards: tuple[Hazard, ...] = ()
    """What the migration costs, or why there is none."""
    checks: tuple[Check, ...] = ()
    """What to count on a live database before the migration is run there."""
    renames: tuple[Rename, ...] = ()
    branch: tuple[Hazard, ...] = ()
    """What the branch's own migrations do to tables with rows; nobody has accepted it."""

    def __post_init__(self) -> None:
        proof = self.proof.empty
        rows = self.proof.populated
        if self.corrective_sql.strip() and (proof is None or not proof.holds or (rows and not rows.holds)):
            raise ValueError("A corrective migration needs a proof that holds.")

    @property
    def differences(self) -> tuple[Finding, ...]:
        """The findings that hold the two sides against each other."""
        return tuple(one for one in self.findings if one.severity == "error" and (one.actual or one.expected))

    @property
    def likely(self) -> str:
        """The mend that the evidence speaks for, which every writer shows first: migration | schema; empty for none.

        One migration mends all: it steps back only where every difference looks like the schema's fault.
        """
        if self.verdict != "drift":
            return ""
        leading = sum(one.mends[0].kind == "schema" for one in self.findings if one.mends)
        if leading and leading == len(self.differences):
            return "schema"
        if self.corrective_sql.strip():
            return "migration"
        return "schema" if self.schema_lines else ""

    @property
    def warned(self) -> bool:
        """Whether a finding is a warning."""
        return any(finding.severity == "warning" for finding in self.findings)

    @property
    def exit_code(self) -> int:
        return {"in-step": 0, "drift": 2}.get(self.verdict, 1)
