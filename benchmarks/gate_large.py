"""The gate on a large catalog: seconds of the clock and of the processor, and the most memory that the process held.

usage: python benchmarks/gate_large.py [TABLES]
"""

from __future__ import annotations

import hashlib
import resource
import sys
import tempfile
import time
from pathlib import Path

from prisma_drift.gate.run import Choice, run
from prisma_drift.postgres.server.server import parse_shadow, server
from prisma_drift.project import Flags, load_config

EACH = 250
"""Tables in one migration."""
HISTORY = """CREATE TABLE "_prisma_migrations" (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0)"""


def project(folder: Path, tables: int) -> dict[str, str]:
    """A schema of that many models, each with a foreign key to the one before and an index; the migrations' texts."""
    models, sql = [], []
    for n in range(tables):
        other = max(0, n - 1)
        models.append(
            f"model T{n} {{\n  id Int @id\n  name String\n  at DateTime @default(now())\n  other Int\n  to T{other} @relation("
            f'"r{n}", fields: [other], references: [id])\n  @@index([name])\n'
            + ('  from0 T0[] @relation("r0")\n  from1 T1[] @relation("r1")\n' if n == 0 else f'  from T{n + 1}[] @relation("r{n + 1}")\n' if n + 1 < tables else "")
            + "}\n"
        )  # fmt: skip
        sql.append(
            f'CREATE TABLE "T{n}" ("id" INTEGER NOT NULL, "name" TEXT NOT NULL, "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, '
            f'"other" INTEGER NOT NULL, CONSTRAINT "T{n}_pkey" PRIMARY KEY ("id"));\nCREATE INDEX "T{n}_name_idx" ON "T{n}"("name");\n'
            f'ALTER TABLE "T{n}" ADD CONSTRAINT "T{n}_other_fkey" FOREIGN KEY ("other") REFERENCES "T{other}"("id") ON DELETE RESTRICT ON UPDATE CASCADE;\n'
        )
    (folder / "prisma").mkdir()
    (folder / "prisma" / "schema.prisma").write_text(
        'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n' + "".join(models)
    )
    texts = {f"{20240101000000 + n}_m": "".join(sql[n : n + EACH]) for n in range(0, tables, EACH)}
    for name, text in texts.items():
        (folder / "prisma" / "migrations" / name).mkdir(parents=True)
        (folder / "prisma" / "migrations" / name / "migration.sql").write_text(text)
    return texts


def main() -> None:
    tables = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder, server(parse_shadow("embedded")) as running:
        texts = project(Path(folder), tables)
        database = running.create_database()
        with database.connect() as connection:
            connection.execute(HISTORY.encode())
            for name, text in texts.items():
                connection.execute(text.encode())
                connection.execute(
                    "INSERT INTO _prisma_migrations VALUES (%s, %s, now(), %s, NULL, NULL, now(), 1)",
                    [name, hashlib.sha256(text.encode()).hexdigest(), name],
                )
            connection.execute('DROP INDEX "T7_name_idx"')
        (config,) = load_config(Flags(folder, shadow=sys.argv[2] if len(sys.argv) > 2 else "embedded"), {})
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started, busy = time.monotonic(), time.process_time()
        gate = run(config, database.url, Choice()).gate
        seconds, busy = time.monotonic() - started, time.process_time() - busy
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found = [(f.id, f.object) for f in gate.report.findings]
        print(
            f"{tables} tables: {seconds:.1f} s, {busy:.1f} s of it in this process, {peak // 1024} MiB at most ({before // 1024} before); {gate.verdict} {found[:3]}"
        )


if __name__ == "__main__":
    main()
