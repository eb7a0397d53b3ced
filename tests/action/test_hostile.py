"""A pull request of an attacker: links, settings, names and folders that reach for what is not theirs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from prisma_drift.model.report import Finding
from prisma_drift.model.values import replace

SECRET = "s3cr3t-token"


def leaks(job: Any) -> bool:
    written = job.log + job.summary + job.output.read_text() + "".join(job.api.bodies(7))
    return SECRET in written


@pytest.fixture
def outside(job: Any) -> Path:
    folder = Path(job.folder) / "outside"
    folder.mkdir()
    (folder / "environ").write_text(f"model {SECRET} {{")
    (folder / "schema.prisma").write_text(f"model {SECRET} {{")
    return folder


def test_a_schema_that_leads_out_of_the_checkout(job: Any, outside: Path) -> None:
    job.pull_request()
    schema = job.workspace / "prisma" / "schema.prisma"
    schema.unlink()
    schema.symlink_to(outside / "environ")
    assert job.run() == 1
    assert job.checked == []
    assert "leads out of the repository" in job.log and not leaks(job)


def test_a_folder_that_leads_out_of_the_checkout(job: Any, outside: Path) -> None:
    job.pull_request()
    (job.workspace / "elsewhere").symlink_to(outside)
    assert job.run(projects="elsewhere") == 1
    assert job.checked == [] and not leaks(job)


@pytest.mark.parametrize("target", ["../outside/environ", ".git/config", "/proc/self/environ"])
def test_settings_that_name_a_schema_elsewhere(job: Any, outside: Path, target: str) -> None:
    job.pull_request()
    (job.workspace / ".git" / "config").write_text(f"extraheader = {SECRET}")
    (job.workspace / "package.json").write_text(json.dumps({"prisma": {"schema": target}}))
    assert job.run() == 1
    assert job.checked == [] and not leaks(job)


def test_a_settings_file_that_is_a_link_to_gits_own(job: Any) -> None:
    job.pull_request()
    (job.workspace / ".git" / "config").write_text(f"extraheader: [{SECRET}")
    (job.workspace / "prisma-drift.yml").symlink_to(".git/config")
    assert job.run() == 1
    assert "git's own folder" in job.log and not leaks(job)


def test_a_migration_that_is_a_link(job: Any, outside: Path) -> None:
    job.pull_request()
    folder = job.workspace / "prisma/migrations/20240202000000_x"
    folder.mkdir()
    (folder / "migration.sql").symlink_to(outside / "environ")
    assert job.run() == 1
    assert job.checked == [] and not leaks(job)


def test_links_within_the_checkout_are_followed(job: Any) -> None:
    job.pull_request()
    (job.workspace / "current").symlink_to("prisma")
    assert job.run(projects="current", skip_unchanged="false") == 2


def test_the_repository_cannot_choose_the_server(job: Any) -> None:
    job.pull_request()
    (job.workspace / "prisma-drift.yml").write_text("shadow: postgresql://root@169.254.169.254/x\n")
    seen = []
    from prisma_drift.action.inputs import Inputs
    from prisma_drift.action.projects import locate

    configs = locate(Inputs(), job.workspace, {}, ".")
    seen = [config.shadow for config in configs]  # type: ignore[union-attr]
    assert seen == ["embedded"]


def test_a_report_directory_of_the_attacker_is_not_followed(job: Any, outside: Path) -> None:
    job.pull_request()
    directory = job.workspace / ".prisma-drift"
    directory.mkdir()
    (directory / "report.json").symlink_to(outside / "environ")
    job.run()
    assert SECRET in (outside / "environ").read_text()
    assert not (directory / "report.json").is_symlink()


@pytest.mark.parametrize(
    "name",
    [
        "::set-output name=verdict::in-step",
        "##[add-path]/tmp/evil",
        "x\n::error::y",
        "%0A::error::y",
        "@everyone",
    ],
)
def test_names_are_no_commands(job: Any, name: str) -> None:
    job.pull_request()
    finding = Finding(
        "column-missing", "error", f"public.{name}", name, name, table=name, model=name, actual=name
    )
    job.report = replace(job.report, findings=(finding,), corrective_sql=f"-- {name}\n")
    assert job.run() == 2
    inert = True
    stopped = ""
    for line in job.log.split("\n"):
        if stopped:
            stopped = "" if line == f"::{stopped}::" else stopped
        elif line.startswith("::stop-commands::"):
            stopped = line.removeprefix("::stop-commands::")
        else:
            inert = inert and (not line or line.startswith(("::error ", "::notice ", "::warning ")))
            assert "##[" not in line or line.startswith("::")
    assert inert
    assert job.outputs["verdict"] == "drift"


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="there is no /proc here")
def test_secrets_are_not_in_the_process_environment() -> None:
    program = (
        "import os\n"
        "from prisma_drift.action.seal import sealed_environment\n"
        "env = sealed_environment()\n"
        "block = open('/proc/self/environ').read()\n"
        "print(env['INPUT_TOKEN'], env['ACTIONS_RUNTIME_TOKEN'], env['DATABASE_URL'])\n"
        "print('s3cr3t' in block, 's3cr3t' in str(dict(os.environ)), 'HOME' in os.environ)\n"
    )
    secrets = {"INPUT_TOKEN": "s3cr3t-1", "ACTIONS_RUNTIME_TOKEN": "s3cr3t-2", "DATABASE_URL": "s3cr3t-3"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **secrets},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split("\n")[:2] == ["s3cr3t-1 s3cr3t-2 s3cr3t-3", "False False True"]


@pytest.mark.parametrize("files", [["prisma-drift.yml"], ["prisma/schema.prisma", "prisma-drift.yaml"]])
def test_a_pull_request_that_changes_the_settings_is_told_so(job: Any, files: list[str]) -> None:
    job.pull_request()
    job.api.files[7] = files
    (job.workspace / "prisma-drift.yml").write_text("tables:\n  external: [public.evil]\n")
    job.run()
    assert "settings-changed" in job.log
    job.api.files[7] = ["prisma/schema.prisma", "docs/prisma-drift.yml"]
    job.run()
    assert "settings-changed" not in job.log


@pytest.mark.parametrize("place", [".prisma-drift", ".prisma-drift/fix", ".prisma-drift/fix/prisma"])
def test_a_report_directory_behind_a_link_is_refused(job: Any, outside: Path, place: str) -> None:
    job.pull_request()
    link = job.workspace / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside)
    before = {path: path.read_text() for path in outside.iterdir()}
    assert job.run(write_fix="artifact") == 2
    assert {path: path.read_text() for path in outside.iterdir()} == before
    assert "cannot be written" in job.log


HIDING = "tables:\n  external: [public.evil]\n"


def test_it_is_told_in_every_format(job: Any) -> None:
    job.pull_request()
    job.api.files[7] = ["prisma-drift.yml", "prisma/schema.prisma"]
    (job.workspace / "prisma-drift.yml").write_text(HIDING)
    job.report = replace(job.report, verdict="in-step", findings=(), corrective_sql="")
    job.run(comment="always")
    [body] = job.api.bodies(7)
    places = [job.log, job.summary, body, job.outputs["report-json"]]
    places += [job.file(name) for name in ("report.json", "report.sarif", "report.md", "prisma-drift.json")]
    assert all("This change also changes" in place and "prisma-drift.yml" in place for place in places)
    assert job.run(fail_on="warning") == 2


@pytest.mark.parametrize(("inputs", "token"), [({"skip_unchanged": "false"}, "ghs_workflow"), ({}, "")])
def test_also_where_everything_is_checked_or_nothing_is_known(
    job: Any, inputs: dict[str, str], token: str
) -> None:
    job.pull_request()
    job.api.files[7] = ["prisma-drift.yml", "prisma/schema.prisma"]
    job.run(token=token, **inputs)
    assert ("settings-changed" in job.log) == bool(token)
    (job.workspace / "prisma-drift.yml").write_text(HIDING)
    job.run(token=token, **inputs)
    assert "settings-changed" in job.log


def test_accepted_findings_are_settings_too(job: Any) -> None:
    job.pull_request()
    job.api.files[7] = ["prisma-drift.accepted.yml"]
    assert job.run() == 2
    assert "settings-changed" in job.log and job.checked
    job.api.files[7] = ["prisma/schema.prisma"]
    job.run()
    assert "settings-changed" not in job.log


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("prisma.config.ts", True),
        (".config/prisma.mjs", True),
        ("apps/api/prisma7.config.cts", True),
        ("apps/prisma-drift.yaml", True),
        ("apps/web/prisma.config.ts", False),
        ("apps/api/src/prisma.config.ts", False),
        ("prisma.ts", False),
        ("apps/api/prisma-drift.yml.orig", False),
    ],
)
def test_which_files_say_what_is_compared(job: Any, name: str, told: bool) -> None:
    job.project("apps/api")
    job.pull_request()
    job.api.files[7] = ["apps/api/prisma/schema.prisma", name]
    job.run(projects="apps/api")
    assert ("settings-changed" in job.log) == told


def _git(job: Any, *words: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words],
        cwd=job.workspace, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return done.stdout.strip()


NAMES_ONE = '{"dependencies": {"x": "1"}, "prisma": {"schema": "prisma/schema.prisma"}}'


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('{"dependencies": {}}', '{"dependencies": {"x": "1"}}', False),
        ('{"dependencies": {}}', NAMES_ONE, True),
        (NAMES_ONE.replace("prisma/schema", "db/main"), NAMES_ONE, True),
        (NAMES_ONE.replace("prisma/schema", "db/main"), '{"dependencies": {}}', True),
        (NAMES_ONE.replace('"1"', '"2"'), NAMES_ONE, False),
        ("no json", NAMES_ONE, True),
    ],
)
def test_another_schema_by_package_json_is_told(job: Any, before: str, after: str, told: bool) -> None:
    package = job.workspace / "package.json"
    package.write_text(before)
    _git(job, "init", "-q", "-b", "main")
    _git(job, "add", "-A")
    _git(job, "commit", "-qm", "before")
    base = _git(job, "rev-parse", "HEAD")
    package.write_text(after)
    _git(job, "commit", "-qam", "after")
    job.pull_request()
    payload = json.loads((job.folder / "event.json").read_text())
    payload["pull_request"]["base"]["sha"] = base
    job.event("pull_request", payload)
    job.api.files[7] = ["package.json"]
    job.run(skip_unchanged="false")
    assert ("settings-changed" in job.log) == told


@pytest.mark.parametrize(("after", "told"), [('{"dependencies": {}}', False), (NAMES_ONE, True)])
def test_without_the_history_a_package_json_that_names_one_is(job: Any, after: str, told: bool) -> None:
    (job.workspace / "package.json").write_text(after)
    job.pull_request()
    job.api.files[7] = ["package.json"]
    job.run()
    assert ("settings-changed" in job.log) == told


def test_a_push_is_nobodys_proposal(job: Any) -> None:
    (job.workspace / "prisma-drift.yml").write_text(HIDING)
    job.event("push", {"before": "a" * 40, "after": "b" * 40})
    job.run()
    assert "settings-changed" not in job.log
