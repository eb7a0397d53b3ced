"""Measures prisma-drift against what people would use in its place, prints the table, and writes docs/performance.md.

usage: python benchmarks/run.py --corpus FOLDER [--only abcdefghi] [--pairs 15] [--seconds 120] [--write]

FOLDER holds real projects, each as NAME/prisma/ (its schema and its migrations): langfuse and trigger.dev are those of the
table. Prisma's engine comes from npm: `npm ci --ignore-scripts` in tests/prisma. Every ratio is of two commands that ran in
turn. A row that cannot be measured on a machine is told to be missing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import rivals
from measure import Row, Run, Table, compared, exponent, in_turn, run
from page import write
from projects_made import make

BIN = Path(sys.executable).parent
TOOL = str(BIN / "prisma-drift")
CODES = (0, 2)
PROJECTS = ("langfuse", "trigger.dev")


class Bench:
    """What all rows share."""

    def __init__(
        self, corpus: Path, place: Path, pairs: int, seconds: float, standalone: Path | None = None
    ) -> None:
        """`standalone`: the program of a standalone build."""
        self.corpus, self.place, self.pairs, self.seconds = corpus, place, pairs, seconds
        self.standalone = standalone.absolute() if standalone else None
        self.table = Table()
        # Compiled once and kept, as where the tool is installed.
        self.environment = {
            key: value
            for key, value in os.environ.items()
            if key != "PYTHONDONTWRITEBYTECODE" and not key.startswith("GIT_")
        } | {"PYTHONPYCACHEPREFIX": str(place / "compiled")}

    def project(self, name: str) -> Path:
        """A copy of a real project, outside of any repository."""
        made = self.place / name
        if not made.exists():
            shutil.copytree(self.corpus / name / "prisma", made / "prisma", copy_function=shutil.copyfile)
        return made

    def first(self, project: Path, *words: str) -> Run:
        """The first check of a project on a machine that has checked another one: it has a server that is initialised."""
        with tempfile.TemporaryDirectory(dir=self.place) as made:
            cache = Path(made)
            cache.chmod(0o700)
            for entry in self._initialised().glob("blank-*"):
                shutil.copy(entry, cache / entry.name)
            found = self.check(project, *words, cache=cache)
            assert not list(cache.glob("data-*"))
            return found

    def colds(self, project: Path) -> list[tuple[str, Callable[[], Run]]]:
        """Both ways to begin without anything of the project."""
        return [
            ("first check", partial(self.first, project)),
            ("check from nothing", partial(self.check, project)),
        ]

    def _initialised(self) -> Path:
        cache = self.place / "cache-other"
        if not cache.exists():
            self.check(make(self.place / "other", 2, 2), cache=cache)
        return cache

    def check(self, project: Path, *words: str, cache: Path | None = None) -> Run:
        """One whole run of `check`, which begins with nothing where there is no cache."""
        rest = words if cache else ("--no-cache", *words)
        env = {**self.environment, "PRISMA_DRIFT_CACHE": str(cache) if cache else "off"}
        return run([TOOL, "check", str(project), "-q", *rest], env=env, codes=CODES)


def cold_and_warm(bench: Bench, rows: str) -> None:
    """(a) and (b): against Prisma's engine, with its server up."""
    why = rivals.engine_missing()
    if why:
        bench.table.lacks("(a), (b) Prisma's engine", why)
        return
    with rivals.standing_server() as url:
        for name in PROJECTS:
            project = bench.project(name)
            request = rivals.engine_request(project, url)
            rivals.engine_says(request)
            asked = partial(rivals.engine, request)
            if "a" in rows:
                for words, cold in bench.colds(project):
                    pairs = in_turn(cold, asked, bench.pairs, seconds=bench.seconds)
                    compared(bench.table, "a", f"{name}: {words} / engine, its server up", pairs, goal=0.6)
            if "b" in rows:
                cache = bench.place / f"cache-{name}"
                warm = partial(bench.check, project, cache=cache)
                warm()
                pairs = in_turn(warm, asked, bench.pairs, seconds=bench.seconds)
                compared(bench.table, "b", f"{name}: warm check / engine, its server up", pairs, goal=0.2)
        if "b" in rows:
            one_more(bench)
    if "a" in rows:
        why = rivals.container_missing()
        if why:
            bench.table.lacks(f"(a) the engine and the start of {rivals.IMAGE}", why)
        else:
            with_container(bench)


def with_container(bench: Bench) -> None:
    with rivals.standing_server() as url:
        for name in PROJECTS:
            project = bench.project(name)
            request = rivals.engine_request(project, url)

            def both(request: bytes = request) -> Run:
                started, asked = rivals.container(), rivals.engine(request)
                return Run(started.seconds + asked.seconds, asked.peak)

            pairs = in_turn(partial(bench.check, project), both, bench.pairs, seconds=bench.seconds)
            compared(
                bench.table, "a", f"{name}: check from nothing / start of {rivals.IMAGE} and engine", pairs
            )


def one_more(bench: Bench) -> None:
    """(b) A migration that the cache has not seen, behind those that it has; and the first run, which fills the cache."""
    for name in PROJECTS:
        project, cache = bench.project(name), bench.place / f"cache-{name}"
        longer = bench.place / f"longer-{name}"
        shutil.copytree(project, longer)
        (longer / "prisma/migrations/29990101000000_more").mkdir()
        more = Longer(bench, longer, cache)
        # The second run of what both have in common keeps its server.
        more()
        warm = partial(bench.check, project, cache=cache)
        pairs = in_turn(more, warm, bench.pairs, seconds=bench.seconds)
        words = "with its proof on rows" if pairs.ours[0].code else "in step"
        compared(bench.table, "b", f"{name}: one new migration ({words}) / nothing new", pairs, goal=1.3)
        pairs = in_turn(more, partial(bench.first, project), bench.pairs, seconds=bench.seconds / 2)
        compared(bench.table, "b", f"{name}: one new migration / all of them, first check", pairs)

        def second(project: Path = project, more: Longer = more) -> Run:
            with tempfile.TemporaryDirectory(dir=bench.place) as made:
                bench.check(project, cache=Path(made))
                return more.at(Path(made))

        pairs = in_turn(second, partial(bench.first, project), bench.pairs, seconds=bench.seconds / 2)
        compared(
            bench.table,
            "b",
            f"{name}: the second run of a history, which keeps its server / the first",
            pairs,
        )


class Longer:
    """Runs of a project whose last migration is another one each time."""

    def __init__(self, bench: Bench, project: Path, cache: Path) -> None:
        self._bench, self._project, self._cache, self._number = bench, project, cache, 0

    def __call__(self) -> Run:
        return self.at(self._cache)

    def at(self, cache: Path) -> Run:
        self._number += 1
        file = self._project / "prisma/migrations/29990101000000_more/migration.sql"
        file.write_text(f"SELECT {self._number};\n")
        return self._bench.check(self._project, cache=cache)


def floors(bench: Bench) -> None:
    """(c): against the bare steps on the same binaries."""
    for name in PROJECTS:
        project = bench.project(name)
        for words, cold in bench.colds(project):
            pairs = in_turn(cold, partial(rivals.floor, project), bench.pairs, seconds=bench.seconds)
            compared(bench.table, "c", f"{name}: {words} / initdb, start, psql", pairs, goal=0.6)
        with tempfile.TemporaryDirectory(dir=bench.place) as kept:
            bare = rivals.WarmFloor(project, Path(kept))
            cache = bench.place / f"cache-{name}"
            warm = partial(bench.check, project, cache=cache)
            warm()
            pairs = in_turn(warm, bare.run, bench.pairs, seconds=bench.seconds)
            compared(bench.table, "c", f"{name}: warm check / copy, start, two catalog reads", pairs)


def with_drift(bench: Bench) -> None:
    """(d): what a mend costs that is proved empty, and on rows, beside a check of the same in step."""
    project = bench.project(PROJECTS[0])
    drifting = bench.place / "drifting"
    shutil.copytree(project, drifting)
    schema = rivals.schema_files(drifting)[0]
    text = schema.read_text()
    at = text.index("model ")
    at = text.index("{", at) + 1
    schema.write_text(f"{text[:at]}\n  benchmarkColumn String?\n{text[at:]}")
    step = partial(bench.check, project)
    for words, flags in (("proved empty", ("--no-rows",)), ("proved empty and on rows", ())):
        pairs = in_turn(partial(bench.check, drifting, *flags), step, bench.pairs, seconds=bench.seconds)
        compared(bench.table, "d", f"{PROJECTS[0]}: a mend {words} / the same in step", pairs)


def hooks(bench: Bench) -> None:
    """(e): the hook with nothing to say, beside the start of an interpreter."""
    project = bench.project(PROJECTS[0])
    repository = bench.place / "hooked"
    shutil.copytree(project, repository)
    clean = bench.environment

    def git(*words: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *identity, *words], cwd=repository, check=True, capture_output=True, env=clean)

    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "x")
    (repository / "README.md").write_text("x")
    git("add", "-A")
    python = [str(BIN / "python"), "-c", "pass"]
    pairs = in_turn(
        partial(run, [TOOL, "hook"], cwd=str(repository), env=clean),
        partial(run, python, cwd=str(repository), env=clean),
        3 * bench.pairs,
        seconds=bench.seconds,
    )
    compared(bench.table, "e", "hook, nothing of Prisma staged / python -c pass", pairs, goal=1.5)
    if bench.standalone is None:
        why = "no build of it was given (packaging/standalone/build.py makes one; --standalone PROGRAM)"
        bench.table.lacks("(e) the hook of the standalone build", why)
        return
    with (repository / "prisma/schema.prisma").open("a") as file:
        file.write("\nmodel BenchmarkLater {\n  id Int @id\n}\n")
    migration = repository / "prisma/migrations/29990101000000_later/migration.sql"
    migration.parent.mkdir()
    migration.write_text(
        'CREATE TABLE "BenchmarkLater" ("id" INTEGER NOT NULL, CONSTRAINT "BenchmarkLater_pkey" PRIMARY KEY ("id"));\n'
    )
    git("add", "-A")
    pairs = in_turn(
        partial(run, [str(bench.standalone), "hook"], cwd=str(repository), env=clean),
        partial(run, [TOOL, "hook"], cwd=str(repository), env=clean),
        bench.pairs,
        seconds=bench.seconds,
    )
    compared(bench.table, "e", "hook, a model and its migration staged: standalone / by pip", pairs, goal=1.3)


def growth(bench: Bench) -> None:
    """(f): migrations × models, time and peak memory of a cold run."""
    sizes = ((100, 60), (500, 300), (1000, 600), (2500, 1500), (5000, 3000))
    times, peaks = [], []
    for migrations, models in sizes:
        project = make(bench.place / f"made-{migrations}", migrations, models)
        runs = [bench.check(project) for _ in range(3 if migrations < 2500 else 1)]
        seconds, peak = statistics.median(one.seconds for one in runs), max(one.peak for one in runs)
        times.append(seconds)
        peaks.append(peak)
        last = migrations == sizes[-1][0]
        row = Row(
            "f",
            f"{migrations} migrations × {models} models, from nothing",
            f"{seconds:.2f} s",
            f"{peak / 1e6:.0f} MB",
            "",
            "≤ 8 s and 200 MB" if last else "",
            seconds <= 8 and peak <= 200e6 if last else None,
        )
        bench.table.add(row)
    # What Postgres alone takes for so much.
    pairs = in_turn(partial(bench.check, project), partial(rivals.floor, project), 3, seconds=bench.seconds)
    name = f"{sizes[-1][0]} migrations × {sizes[-1][1]} models: check from nothing / initdb, start, psql"
    compared(bench.table, "f", name, pairs)
    scale = [float(models) for _, models in sizes]
    fitted = exponent(scale, times), exponent(scale, [float(one) for one in peaks])
    found = max(fitted)
    bench.table.add(
        Row(
            "f",
            "exponent of time; of memory",
            f"{fitted[0]:.2f}",
            f"{fitted[1]:.2f}",
            "",
            "≤ 1.1",
            found <= 1.1,
        )
    )
    warm_growth(bench)


def warm_growth(bench: Bench) -> None:
    """(f): a warm run of the same schema behind a short and a long history."""
    few, many = make(bench.place / "few", 100, 100), make(bench.place / "many", 5000, 100)
    cache = bench.place / "cache-growth"
    # As in a repository that was not checked out just now: files are known by a look once nothing changed for a minute.
    time.sleep(65)
    bench.check(many, cache=cache)
    bench.check(few, cache=cache)
    pairs = in_turn(
        partial(bench.check, many, cache=cache),
        partial(bench.check, few, cache=cache),
        bench.pairs,
        seconds=bench.seconds,
    )
    compared(bench.table, "f", "warm: 5,000 migrations / 100, near the same models", pairs, goal=1.1)


def many_projects(bench: Bench) -> None:
    """(h): forty projects, one after the other and two at a time."""
    projects = [make(bench.place / f"of-forty-{n}", 20 + n, 10 + n) for n in range(40)]
    for name, cache in (("from nothing", None), ("warm", bench.place / "cache-forty")):

        def one(project: Path, cache: Path | None = cache) -> Run:
            return bench.check(project, cache=cache)

        if cache:
            for project in projects:
                one(project)
        began = time.perf_counter()
        for project in projects:
            one(project)
        middle = time.perf_counter()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(one, projects))
        ended = time.perf_counter()
        single, side = middle - began, ended - middle
        words = f"{side / single:.2f}"
        bench.table.add(
            Row(
                "h",
                f"40 projects, {name}: side by side / one by one",
                f"{side:.1f} s",
                f"{single:.1f} s",
                words,
            )
        )


def peers(bench: Bench) -> None:
    """(i): a linter of the same files, which runs none of them."""
    linter = shutil.which("squawk") or (str(BIN / "squawk") if (BIN / "squawk").exists() else None)
    if linter is None:
        bench.table.lacks("(i) squawk", "not installed (`pip install squawk-cli`)")
    else:
        for name in PROJECTS:
            project, cache = bench.project(name), bench.place / f"cache-{name}"
            files = [str(one) for one in rivals.scripts(project)]
            lint = partial(run, [str(linter), *files], codes=(0, 1))
            warm = partial(bench.check, project, cache=cache)
            warm()
            pairs = in_turn(warm, lint, bench.pairs, seconds=bench.seconds / 2)
            compared(bench.table, "i", f"{name}: warm check / squawk over the same files", pairs)
            pairs = in_turn(partial(bench.check, project), lint, bench.pairs, seconds=bench.seconds / 2)
            compared(bench.table, "i", f"{name}: check from nothing / squawk over the same files", pairs)
    bench.table.lacks("(i) migra", "its last release is of 2022")


def action(bench: Bench) -> None:
    """(g): the Action's container."""
    if rivals.container_missing():
        bench.table.lacks("(g) the Action's container", rivals.container_missing())
        return
    image = f"prisma-drift-benchmark:{os.getpid()}"
    subprocess.run(
        ["docker", "build", "-q", "--network", "host", "-t", image, str(rivals.ROOT)],
        capture_output=True,
        check=True,
    )
    try:
        size = subprocess.run(
            f"docker save {image} | gzip -6 | wc -c", shell=True, capture_output=True, text=True, check=True
        ).stdout
        project = bench.project(PROJECTS[0])
        words = ["docker", "run", "--rm", "--network", "none", "-v", f"{project}:/repo:ro", "-w", "/repo"]
        command = [*words, "--entrypoint", "prisma-drift", image, "check", "-q"]
        pairs = in_turn(
            partial(run, command, codes=CODES),
            partial(bench.check, project),
            bench.pairs,
            seconds=bench.seconds,
        )
        note = f"the image is {int(size) / 1e6:.0f} MB to pull, compressed"
        compared(
            bench.table, "g", f"{PROJECTS[0]}: start of the container to verdict / bare", pairs, note=note
        )
    finally:
        subprocess.run(["docker", "rmi", image], capture_output=True, check=False)


PARTS: dict[str, Callable[[Bench], None]] = {
    "c": floors,
    "d": with_drift,
    "e": hooks,
    "f": growth,
    "g": action,
    "h": many_projects,
    "i": peers,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--only", default="abcdefghi", help="letters of the rows to measure")
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=120.0, help="of one row, at most")
    parser.add_argument(
        "--kept", type=Path, help="a JSON file that rows are added to, and the page is written from"
    )
    parser.add_argument("--note", default="", help="what else to say of the machine at that time")
    parser.add_argument("--standalone", type=Path, help="the program of a standalone build, for (e)")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        bench = Bench(options.corpus, Path(place), options.pairs, options.seconds, options.standalone)
        if options.kept:
            bench.table.keep = partial(_keep, options.kept, options.only, bench.table)
        if set("ab") & set(options.only):
            cold_and_warm(bench, options.only)
        for letter, part in PARTS.items():
            if letter in options.only:
                part(bench)
    if options.write:
        table = _kept(options.kept) if options.kept else bench.table
        write(rivals.ROOT / "docs/performance.md", table, machine(), options.note)
    return 0


def _keep(path: Path, only: str, table: Table) -> None:
    """Put what was measured in place of what earlier slices measured of the same rows."""
    old = _kept(path)
    named = {(row.letter, row.name) for row in table.rows}
    rows = [row for row in old.rows if (row.letter, row.name) not in named] + table.rows
    told = {name for name, _ in table.missing} | {f"({letter}) {name}" for letter, name in named}
    missing = [one for one in old.missing if one[0] not in told] + table.missing
    rows.sort(key=lambda row: row.letter)
    path.write_text(json.dumps({"rows": [asdict(row) for row in rows], "missing": sorted(missing)}, indent=1))


def _kept(path: Path) -> Table:
    found = json.loads(path.read_text()) if path.exists() else {"rows": [], "missing": []}
    return Table([Row(**one) for one in found["rows"]], [(name, why) for name, why in found["missing"]])


def machine() -> list[str]:
    """Processor, memory, system, versions."""
    model = ""
    info = Path("/proc/cpuinfo")
    if info.exists():
        found = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        model = found[0] if found else ""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    postgres = subprocess.run(
        [rivals.binaries() / "postgres", "--version"], capture_output=True, text=True, check=False
    ).stdout.strip()
    return [
        f"{os.cpu_count()} cores of {model or platform.machine()}, {memory:.0f} GiB",
        f"{platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}, Node {node}",
        postgres,
        datetime.now(UTC).strftime("measured on %Y-%m-%d"),
    ]


if __name__ == "__main__":
    raise SystemExit(main())
