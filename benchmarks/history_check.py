"""Replay `check` over real histories, commit by commit, and hold each verdict against Prisma's engine.

usage: python benchmarks/history_check.py NAME.bundle [NAME.bundle …] [--limit N] [--show]

Beside each bundle stands NAME.verdicts.json: `exit` of Prisma's own comparison at each commit, oldest first. One server
serves all commits, and a database is built upon that of an earlier commit whose migrations are a prefix, so that a
thousand commits take minutes. Everything after the migrations is `check`'s own code.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, OrderedDict
from pathlib import Path
from typing import Any

from prisma_drift.errors import DriftError
from prisma_drift.migrations.history import History, Migration
from prisma_drift.model.report import Report
from prisma_drift.pipeline import examine as examining
from prisma_drift.pipeline.source import read_project
from prisma_drift.pipeline.workplace import Migrated
from prisma_drift.postgres.apply.migrations import MigrationText, apply
from prisma_drift.postgres.server.server import Database, Server, parse_shadow, server
from prisma_drift.project import Config, Flags, load_config

KEPT = 6
"""Databases kept for reuse."""


class Snapshots:
    """Migrated databases, each under the migrations that made it."""

    def __init__(self, shadow: Server) -> None:
        self._shadow = shadow
        self._kept: OrderedDict[tuple[Any, ...], Database] = OrderedDict()

    def database(self, config: Config, history: History) -> Database:
        """A fresh database with these migrations; the caller drops it."""
        head = (config.default_schema, config.init_sql)
        wanted = (*head, *((m.name, m.sql) for m in history.migrations))
        best = max((k for k in self._kept if wanted[: len(k)] == k), key=len, default=None)
        if best != wanted:
            base = self._kept[best] if best else None
            made = self._shadow.create_database(template=base)
            rest: tuple[Migration, ...] = history.migrations[len(best) - 2 if best else 0 :]
            try:
                apply(
                    made,
                    [MigrationText(m.name, m.file, m.sql) for m in rest],
                    default_schema=config.default_schema,
                    init_sql="" if best else config.init_sql,
                )
            except DriftError:
                self._shadow.drop_database(made)
                raise
            self._kept[wanted] = made
            while len(self._kept) > KEPT:
                self._shadow.drop_database(self._kept.popitem(last=False)[1])
        self._kept.move_to_end(wanted)
        return self._shadow.create_database(template=self._kept[wanted])


def examine(shadow: Server, snapshots: Snapshots, folder: Path) -> tuple[int, str]:
    """Exit code of `check` on a work tree, and what it found in short."""
    try:
        config = load_config(Flags(path=str(folder)), {})[0]
        document, history = read_project(config)
        database = snapshots.database(config, history)
    except DriftError as error:
        return error.exit_code, f"{error.id}: {error.message}"
    try:
        report = examining.examine(config, document, history, shadow, Migrated(lambda: database))
    finally:
        shadow.drop_database(database)
    return report.exit_code, words(report)


def words(report: Report) -> str:
    proof = report.proof.empty
    proved = "" if proof is None else f" [applied {proof.applied}, residual {proof.residual} {proof.error}]"
    return "; ".join(f"{f.id} {f.object}" for f in report.findings if f.severity == "error") + proved


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("bundles", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=0, help="only the newest N commits of each")
    parser.add_argument("--show", action="store_true", help="print Prisma's SQL for each disagreement")
    options = parser.parse_args(argv)
    counts: Counter[str] = Counter()
    with server(parse_shadow("embedded")) as shadow, tempfile.TemporaryDirectory() as scratch:
        for bundle in options.bundles:
            snapshots = Snapshots(shadow)
            clone = Path(scratch, bundle.stem)
            git("clone", "-q", str(bundle.resolve()), "-b", "main", str(clone))
            verdicts = json.loads(bundle.with_name(bundle.stem + ".verdicts.json").read_text())
            commits = git("-C", str(clone), "rev-list", "--reverse", "main").split()
            chosen = list(zip(commits, verdicts, strict=True))[-options.limit :]
            agreed = total = unproved = 0
            for commit, verdict in chosen:
                if verdict["exit"] is None:
                    continue
                git("-C", str(clone), "checkout", "-q", "-f", commit)
                git("-C", str(clone), "clean", "-qfdx")
                total += 1
                code, found = examine(shadow, snapshots, clone)
                unproved += "residual 0 ]" not in found and code == 2
                if code == verdict["exit"]:
                    agreed += 1
                else:
                    print(
                        f"{bundle.stem} {commit[:10]}: ours {code}, Prisma {verdict['exit']}: {found[:300]}"
                    )
                    if options.show:
                        print((verdict.get("sql") or verdict.get("error") or "")[:1500])
                if code == 2 and "residual 0 ]" not in found:
                    print(f"{bundle.stem} {commit[:10]}: not proved: {found[-300:]}")
            counts["agreed"] += agreed
            counts["commits"] += total
            counts["not proved"] += unproved
            print(
                f"{bundle.stem}: {agreed} of {total} agree, {unproved} corrective migrations not proved",
                flush=True,
            )
            shutil.rmtree(clone)
    print(f"all: {counts['agreed']} of {counts['commits']} agree, {counts['not proved']} not proved")
    return 0 if counts["agreed"] == counts["commits"] and not counts["not proved"] else 2


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
