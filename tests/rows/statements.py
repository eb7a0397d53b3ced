"""Statements on filled tables, and what Postgres' manual says that each does: lock, rewrite, scan, changed rows."""

from __future__ import annotations

from dataclasses import dataclass

SETUP = """
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int PRIMARY KEY, n int NOT NULL, name text, code varchar(10), at timestamp(3), m mood, p int, v vector(3), amount numeric(8,2));
CREATE INDEX child_name ON child (name);
ALTER TABLE child ADD CONSTRAINT n_known CHECK (n IS NOT NULL) NOT VALID;
ALTER TABLE child ADD CONSTRAINT p_there CHECK (p IS NOT NULL OR p IS NULL);
CREATE VIEW names AS SELECT id, name FROM child;
"""
"""`p` has no NULL and only keys of `parent`; see `PREPARE`."""
PREPARE = (
    "UPDATE child SET p = (SELECT min(id) FROM parent), name = coalesce(name, ''), code = coalesce(code, '')"
)

NONE, SHARE, EXCLUSIVE = "", "ShareLock", "AccessExclusiveLock"
ROWS, CONCURRENT, KEYS = "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareRowExclusiveLock"


@dataclass(frozen=True)
class Said:
    """What the manual says of a statement."""

    sql: str
    lock: str
    rewrites: bool = False
    scans: bool = False
    rows: bool = False
    first: str = ""
    """Statements before it, in one migration."""
    ids: tuple[str, ...] = ()
    """The hazards that are told."""


STATEMENTS = (
    Said("CREATE INDEX i ON child (n)", SHARE, scans=True, ids=("index-build-blocks-writes",)),
    Said("CREATE UNIQUE INDEX i ON child (id, n)", SHARE, scans=True, ids=("index-build-blocks-writes",)),
    Said("CREATE INDEX CONCURRENTLY i ON child (n)", CONCURRENT, scans=True),
    Said("CREATE INDEX i ON child USING hnsw (v vector_l2_ops)", SHARE, scans=True, ids=("index-build-blocks-writes", "vector-index-build")),
    Said("CREATE INDEX i ON child USING ivfflat (v vector_l2_ops) WITH (lists = 1)", SHARE, scans=True, ids=("index-build-blocks-writes", "vector-index-build")),
    Said("DROP INDEX child_name", EXCLUSIVE, ids=("index-drop-blocks",)),
    Said("DROP INDEX CONCURRENTLY child_name", CONCURRENT),
    Said("REINDEX TABLE child", SHARE, scans=True),
    Said("ALTER INDEX child_name RENAME TO other", NONE),
    Said("ALTER TABLE child ADD COLUMN x int", EXCLUSIVE),
    Said("ALTER TABLE child ADD COLUMN x int NOT NULL DEFAULT 7", EXCLUSIVE),
    Said("ALTER TABLE child ADD COLUMN x timestamptz DEFAULT now()", EXCLUSIVE),
    Said("ALTER TABLE child ADD COLUMN x uuid DEFAULT gen_random_uuid()", EXCLUSIVE, rewrites=True, scans=True, ids=("table-rewrite",)),
    Said("ALTER TABLE child ADD COLUMN x serial", EXCLUSIVE, rewrites=True, scans=True, ids=("table-rewrite",)),
    Said("ALTER TABLE child DROP COLUMN amount", EXCLUSIVE, ids=("breaks-application",)),
    Said("ALTER TABLE child RENAME COLUMN amount TO total", EXCLUSIVE, ids=("breaks-application",)),
    Said("ALTER TABLE child RENAME TO kid", EXCLUSIVE, ids=("breaks-application",)),
    Said("ALTER TABLE child ALTER COLUMN n TYPE bigint", EXCLUSIVE, rewrites=True, scans=True, ids=("table-rewrite",)),
    Said("ALTER TABLE child ALTER COLUMN code TYPE varchar(20)", EXCLUSIVE),
    Said("ALTER TABLE child ALTER COLUMN code TYPE text", EXCLUSIVE),
    Said("ALTER TABLE child ALTER COLUMN code TYPE varchar(11) USING code || ''", EXCLUSIVE, rewrites=True, scans=True, ids=("table-rewrite",)),
    Said("ALTER TABLE child ALTER COLUMN at TYPE timestamp(6)", EXCLUSIVE),
    Said("ALTER TABLE child ALTER COLUMN at TYPE timestamptz(3) USING at AT TIME ZONE 'UTC'", EXCLUSIVE, rewrites=True, scans=True, ids=("table-rewrite",)),
    Said("ALTER TABLE child ALTER COLUMN amount TYPE numeric(10,2)", EXCLUSIVE),
    Said("ALTER TABLE child ALTER COLUMN amount TYPE numeric(10,3)", EXCLUSIVE, rewrites=True, scans=True, ids=("table-rewrite",)),
    Said("ALTER TABLE child ALTER COLUMN v TYPE vector", EXCLUSIVE, ids=("vector-dimension-change",)),
    Said("ALTER TABLE child ALTER COLUMN name SET DEFAULT 'x'", EXCLUSIVE),
    Said("ALTER TABLE child ALTER COLUMN name SET NOT NULL", EXCLUSIVE, scans=True, ids=("not-null-scans",)),
    Said("ALTER TABLE child ALTER COLUMN name SET NOT NULL", EXCLUSIVE, first="ALTER TABLE child ADD CHECK (name IS NOT NULL)"),
    Said("ALTER TABLE child ALTER COLUMN n DROP NOT NULL", EXCLUSIVE),
    Said("ALTER TABLE child ADD CONSTRAINT c CHECK (n = n)", EXCLUSIVE, scans=True, ids=("check-scans",)),
    Said("ALTER TABLE child ADD CONSTRAINT c CHECK (n = n) NOT VALID", EXCLUSIVE),
    Said("ALTER TABLE child VALIDATE CONSTRAINT n_known", CONCURRENT, scans=True),
    Said("ALTER TABLE child DROP CONSTRAINT p_there", EXCLUSIVE),
    Said("ALTER TABLE child ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES parent", KEYS, scans=True, ids=("foreign-key-scans",)),
    Said("ALTER TABLE child ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES parent NOT VALID", KEYS),
    Said("ALTER TABLE child ADD CONSTRAINT u UNIQUE (id, n)", EXCLUSIVE, scans=True, ids=("unique-build-blocks",)),
    Said("ALTER TABLE child ADD CONSTRAINT u UNIQUE USING INDEX i", EXCLUSIVE, first="CREATE UNIQUE INDEX i ON child (id, n)"),
    Said("UPDATE child SET name = 'x'", ROWS, scans=True, rows=True, ids=("rows-changed-in-migration",)),
    Said("DELETE FROM child", ROWS, scans=True, rows=True, ids=("rows-changed-in-migration",)),
    Said("INSERT INTO parent SELECT max(id) - 1 FROM parent", ROWS, scans=True, rows=True),
    Said("TRUNCATE child", EXCLUSIVE, ids=("rows-changed-in-migration",)),
    Said("DROP TABLE child CASCADE", EXCLUSIVE, ids=("breaks-application",)),
    Said("CREATE TABLE other (id int PRIMARY KEY, p int REFERENCES parent)", KEYS),
    Said("ALTER TYPE mood ADD VALUE 'calm'", NONE),
    Said("COMMENT ON TABLE child IS 'x'", CONCURRENT),
    Said("CREATE TRIGGER z BEFORE UPDATE ON child FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()", KEYS),
    Said("ALTER TABLE child ENABLE ROW LEVEL SECURITY", EXCLUSIVE),
    Said("CREATE POLICY z ON child USING (true)", EXCLUSIVE),
)  # fmt: skip
