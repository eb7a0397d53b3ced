"""The command line without a server: what it refuses, how errors look, what it imports."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from prisma_drift import cli
from prisma_drift.commands.parser import _commands, parser
from prisma_drift.diff.changes import Diff
from prisma_drift.errors import DriftError
from prisma_drift.model.edit import SchemaLines
from prisma_drift.model.hazards import Hazard
from prisma_drift.model.report import EmptyProof, Finding, ProjectInfo, Proof, Report
from prisma_drift.model.schema import Schema
from prisma_drift.model.values import replace
from prisma_drift.pipeline import check
from prisma_drift.pipeline import diff as diff_pipeline
from prisma_drift.pipeline.compare import Comparison
from prisma_drift.pipeline.diff import Request
from prisma_drift.plan.plan import Plan
from prisma_drift.project import Config

SCHEMA = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel User {\n  id Int @id\n}\n'
PROJECT = ProjectInfo("prisma/schema.prisma", "prisma/migrations", "6.19.0", "package.json", "18.6", 3)
IN_STEP = Report("in-step", PROJECT)
DRIFT = Report(
    "drift",
    PROJECT,
    (Finding("column-missing", "error", "public.User.a", "Missing.", actual="–", expected="Int"),),
    corrective_sql="SELECT 1;\n",
    schema_lines=(SchemaLines("prisma/schema.prisma", 6, "  a Int"),),
    proof=Proof(EmptyProof(True, 0)),
)
REJECTED = replace(
    DRIFT,
    corrective_sql="",
    rejected_sql="SELECT 1;\n",
    proof=Proof(EmptyProof(False, 1, "A view holds it.", "Write it by hand.")),
    hazards=(Hazard("object-in-the-way", "error", "public.v", "Holds `a`."),),
)
BROKEN = Report("error", PROJECT, (Finding("migration-failed", "error", "2024_x", "It fails."),))

Give = Callable[..., list[dict[str, object]]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "prisma/migrations").mkdir(parents=True)
    (tmp_path / "prisma/schema.prisma").write_text(SCHEMA)
    (tmp_path / "prisma/migrations/migration_lock.toml").write_text('provider = "postgresql"\n')
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("PRISMA_DRIFT_")]:
        monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def give(project: Path, monkeypatch: pytest.MonkeyPatch) -> Give:
    """Let the check come to these reports, one after the other; returns what it was called with."""

    def give_(*reports: Report | BaseException) -> list[dict[str, object]]:
        calls: list[dict[str, object]] = []
        left = list(reports)

        def run(config: Config, **options: object) -> Report:
            calls.append({"config": config, **options})
            report = left.pop(0)
            if isinstance(report, BaseException):
                raise report
            return report

        monkeypatch.setattr(check, "run", run)
        # The list of reports is this process' own.
        monkeypatch.setattr("prisma_drift.pipeline.abreast.can_fork", lambda: False)
        return calls

    return give_


@pytest.mark.parametrize(("report", "code"), [(IN_STEP, 0), (DRIFT, 2), (BROKEN, 1)])
def test_the_exit_status_is_the_verdict(give: Give, report: Report, code: int) -> None:
    give(report)
    assert cli.main(["check"]) == code


@pytest.mark.parametrize(("setting", "codes"), [("error", [0, 2, 1]), ("warning", [2, 2, 1])])
def test_fail_on_lets_warnings_fail(give: Give, project: Path, setting: str, codes: list[int]) -> None:
    (project / "prisma-drift.yml").write_text(f"fail-on: {setting}\n")
    warning = Finding("name-case", "warning", "x", "Look here.")
    give(*(replace(one, findings=(*one.findings, warning)) for one in (IN_STEP, DRIFT, BROKEN)), IN_STEP)
    assert [cli.main(["check"]) for _ in codes] == codes
    assert cli.main(["check"]) == 0


def test_colour_where_it_is_asked_for(
    give: Give, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    give(*[DRIFT] * 3, BROKEN)
    cli.main(["check", "--color", "always"])
    assert "\x1b[" in capsys.readouterr().out
    cli.main(["check"])
    assert "\x1b[" not in capsys.readouterr().out
    monkeypatch.setenv("PRISMA_DRIFT_COLOR", "always")
    cli.main(["check", "--color", "never"])
    assert "\x1b[" not in capsys.readouterr().out
    cli.main(["check"])
    assert "\x1b[" in capsys.readouterr().err


def test_text_goes_to_standard_output_and_errors_to_standard_error(
    give: Give, capsys: pytest.CaptureFixture[str]
) -> None:
    give(DRIFT)
    cli.main(["check"])
    said = capsys.readouterr()
    assert said.out.startswith("✗ prisma/schema.prisma and its 3 migrations disagree")
    assert said.err == ""
    give(BROKEN)
    cli.main(["check"])
    said = capsys.readouterr()
    assert said.out == ""
    assert "It fails." in said.err


@pytest.mark.parametrize(
    ("format", "start"),
    [("json", '{\n  "version": 1'), ("sarif", "{\n"), ("markdown", "### ✗"), ("github", "::error ")],
)
def test_formats(give: Give, capsys: pytest.CaptureFixture[str], format: str, start: str) -> None:
    give(DRIFT)
    assert cli.main(["check", "--format", format]) == 2
    assert capsys.readouterr().out.startswith(start)


def test_script_is_sql_alone(give: Give, capsys: pytest.CaptureFixture[str]) -> None:
    calls = give(DRIFT, IN_STEP, BROKEN)
    assert cli.main(["check", "--script"]) == 2
    assert capsys.readouterr().out == "SELECT 1;\n"
    assert cli.main(["check", "--script"]) == 0
    assert capsys.readouterr().out == "-- This is an empty migration.\n"
    assert cli.main(["check", "--script"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "It fails." in said.err
    assert {call["strategy"] for call in calls} == {"preserve"}


@pytest.mark.parametrize(
    "form", [[], *(["--format", name] for name in ("json", "sarif", "markdown", "github"))]
)
def test_no_format_offers_unproved_sql(
    give: Give, project: Path, capsys: pytest.CaptureFixture[str], form: list[str]
) -> None:
    give(REJECTED, REJECTED)
    assert cli.main(["check", *form]) == 2
    said = capsys.readouterr().out
    assert said.count("SELECT 1;") == (form[-1:] == ["json"])  # as `rejected_sql`, which is no offer
    if "json" in form:
        assert json.loads(said)["corrective_sql"] == ""
    assert "public.v" in said
    assert cli.main(["check", *form, "--output", "out"]) == 2
    assert ("SELECT 1;" in (project / "out").read_text()) == (form[-1:] == ["json"])


def test_a_script_without_a_proof_is_empty_and_says_why(
    give: Give, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    give(REJECTED, REJECTED)
    assert cli.main(["check", "--script"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "no SQL is given for prisma/schema.prisma" in said.err
    assert "A view holds it. Write it by hand." in said.err
    assert "[object-in-the-way] public.v: Holds `a`." in said.err
    assert cli.main(["check", "--script", "--output", "out.sql"]) == 2
    assert (project / "out.sql").read_text() == ""
    assert "no SQL is given" in capsys.readouterr().err


def test_the_strategy(give: Give, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = give(*[DRIFT] * 5)
    cli.main(["check"])
    cli.main(["check", "--strategy", "plain"])
    cli.main(["check", "--script", "--strategy", "preserve"])
    monkeypatch.setenv("PRISMA_DRIFT_STRATEGY", "preserve")
    cli.main(["check", "--script"])
    cli.main(["check", "--script", "--strategy", "plain"])
    assert [call["strategy"] for call in calls] == ["preserve", "plain", "preserve", "preserve", "plain"]


def test_flags_reach_the_settings(give: Give, project: Path) -> None:
    (project / "other").mkdir()
    (project / "other/migrations").mkdir()
    (project / "other/x.prisma").write_text(SCHEMA)
    calls = give(DRIFT)
    cli.main(
        [
            *(
                "check",
                "--schema",
                "other/x.prisma",
                "--migrations",
                "other/migrations",
                "--default-schema",
                "app",
            ),
            *("--prisma-version", "5.22.0", "--shadow", "local", "--quiet"),
        ]
    )
    [call] = calls
    config = call["config"]
    assert isinstance(config, Config)
    assert config.schema == project / "other/x.prisma"
    assert config.migrations == project / "other/migrations"
    assert (config.default_schema, str(config.version), config.shadow) == ("app", "5.22.0", "local")
    assert config.quiet


def test_the_environment_reaches_the_settings(give: Give, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRISMA_DRIFT_PRISMA_VERSION", "5.1.0")
    calls = give(DRIFT, DRIFT)
    cli.main(["check"])
    cli.main(["check", "--prisma-version", "6.2.0"])
    versions = [str(call["config"].version) for call in calls if isinstance(call["config"], Config)]
    assert versions == ["5.1.0", "6.2.0"]


def test_scripts_of_several_projects_say_whose_they_are(
    give: Give, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two_projects(project)
    give(IN_STEP, DRIFT)
    assert cli.main(["check", "apps", "--script"]) == 2
    head = "-- Project: prisma/schema.prisma\n"
    assert capsys.readouterr().out == f"{head}-- This is an empty migration.\n\n{head}SELECT 1;\n"


def two_projects(folder: Path) -> None:
    for name in ("a", "b"):
        target = folder / "apps" / name / "prisma"
        (target / "migrations").mkdir(parents=True)
        (target / "schema.prisma").write_text(SCHEMA)


@pytest.mark.parametrize(
    ("reports", "code"),
    [((IN_STEP, IN_STEP), 0), ((IN_STEP, DRIFT), 2), ((DRIFT, BROKEN), 1), ((BROKEN, DRIFT), 1)],
)
def test_several_projects(
    give: Give, project: Path, capsys: pytest.CaptureFixture[str], reports: tuple[Report, ...], code: int
) -> None:
    two_projects(project)
    give(*reports)
    assert cli.main(["check", "apps", "--format", "json"]) == code
    document = json.loads(capsys.readouterr().out)
    assert [one["verdict"] for one in document["projects"]] == [report.verdict for report in reports]


# ------------------------------------------------------------ output to a file


def test_output_replaces_the_file_as_a_whole(
    give: Give, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = project / "report.json"
    target.write_text("old")
    target.chmod(0o640)
    give(DRIFT)
    assert cli.main(["check", "--format", "json", "--output", "report.json"]) == 2
    assert json.loads(target.read_text("utf-8"))["verdict"] == "drift"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert capsys.readouterr().out == ""
    assert sorted(path.name for path in project.iterdir()) == ["prisma", "report.json"]


def test_output_that_cannot_be_written_is_an_error(
    give: Give, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    give(DRIFT, DRIFT)
    assert cli.main(["check", "--output", "nowhere/x.txt"]) == 1
    assert "nowhere/x.txt cannot be written" in capsys.readouterr().err
    (project / "folder").mkdir()
    assert cli.main(["check", "--format", "json", "--output", "folder"]) == 1
    assert "folder cannot be written" in capsys.readouterr().err
    assert sorted(path.name for path in project.iterdir()) == ["folder", "prisma"]


def test_output_to_a_device_leaves_it_in_place(give: Give) -> None:
    give(DRIFT)
    assert cli.main(["check", "--output", "/dev/null"]) == 2
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


# ------------------------------------------------------------ errors


@pytest.mark.parametrize(
    "argv",
    [
        ["nope"],
        ["check", "--formt"],
        ["check", "--format", "xml"],
        ["check", "--script", "--format", "json"],
        ["diff"],
    ],
)
def test_wrong_usage_is_an_error_and_not_drift(
    project: Path, argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(argv) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "--help" in said.err


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    assert "COMMAND" in capsys.readouterr().out


def test_an_error_is_words_with_a_next_step(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "nowhere"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("✗ There is no file or folder `nowhere`.")
    assert "next: " in said.err


@pytest.mark.parametrize("format", ["json", "sarif"])
def test_an_error_is_a_report_where_tools_read(
    project: Path, format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", "nowhere", "--format", format]) == 1
    document = json.loads(capsys.readouterr().out)
    if format == "json":
        assert document["verdict"] == "error"
        assert document["findings"][0]["message"] == "There is no file or folder `nowhere`."
    else:
        assert document["runs"][0]["results"][0]["level"] == "error"


def test_a_drift_error_out_of_the_check(give: Give, capsys: pytest.CaptureFixture[str]) -> None:
    give(DriftError("The server is gone.", id="shadow-unavailable"))
    assert cli.main(["check"]) == 1
    assert "The server is gone." in capsys.readouterr().err


def test_a_mistake_of_ours_is_one_line(
    give: Give, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    give(TypeError("no\nsuch thing"))
    assert cli.main(["check"]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("prisma-drift: internal error: TypeError: no such thing (please report")
    assert said.err.count("\n") == 1
    give(TypeError("no"))
    assert cli.main(["check", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["id"] == "internal-error"
    monkeypatch.setenv("PRISMA_DRIFT_DEBUG", "1")
    give(TypeError("no"))
    assert cli.main(["check"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_says_that_it_stopped(give: Give, capsys: pytest.CaptureFixture[str]) -> None:
    give(KeyboardInterrupt())
    assert cli.main(["check"]) == 130
    assert capsys.readouterr() == ("", "prisma-drift: stopped; nothing of it is left behind.\n")


# ------------------------------------------------------------ diff


def test_diff_of_two_schemas(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "b.prisma").write_text(SCHEMA.replace("id Int @id", "id Int @id\n  a Int?"))
    assert cli.main(["diff", "--from", "prisma/schema.prisma", "--to", "b.prisma", "--script"]) == 2
    assert capsys.readouterr().out == '-- AlterTable\nALTER TABLE "User" ADD COLUMN     "a" INTEGER;\n'
    assert cli.main(["diff", "--from", "b.prisma", "--to", "b.prisma", "--script"]) == 0
    assert capsys.readouterr().out == "-- This is an empty migration.\n"
    assert cli.main(["diff", "--from", "empty", "--to", "b.prisma", "--output", "out.sql", "--script"]) == 2
    assert capsys.readouterr().out == ""
    assert "CREATE TABLE" in (project / "out.sql").read_text()
    assert cli.main(["diff", "--from", "nowhere", "--to", "b.prisma"]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_diff_hands_on_what_was_chosen(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Request] = []

    def run(request: Request) -> Comparison:
        seen.append(request)
        return Comparison(Schema(), Schema(), Diff(()), Plan(()))

    monkeypatch.setattr(diff_pipeline, "run", run)
    monkeypatch.setenv("PRISMA_DRIFT_SHADOW", "local")
    monkeypatch.setenv("PRISMA_DRIFT_PRISMA_VERSION", "5.0.0")
    assert cli.main(["diff", "--from", "a", "--to", "b", "--prisma-version", "6.1.0", "--warnings"]) == 0
    [one] = seen
    assert (one.source, one.target, str(one.version), one.shadow) == ("a", "b", "6.1.0", "local")
    assert one.strategy == "plain"


# ------------------------------------------------------------ the program itself


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [sys.executable, *arguments], capture_output=True, text=True, check=False, **options
    )


def loaded(*words: str) -> set[str]:
    """The modules that are loaded when a command has said how it is used."""
    code = f"""
import sys
from prisma_drift.cli import main
try:
    main({list(words)!r})
except SystemExit:
    pass
print()
print(*sorted(sys.modules))"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_a_command_loads_no_other() -> None:
    assert {"prisma_drift.commands.fix", "prisma_drift.commands.gate"} <= loaded("--help")
    for command in ("check", "cache"):
        found = {name for name in loaded(command, "--help") if name.startswith("prisma_drift.commands.")}
        shared = {"common", "output", "parser", "run"}
        assert found == {f"prisma_drift.commands.{name}" for name in (*shared, command)}


def test_the_process_ends_at_once_with_all_said() -> None:
    code = """
import atexit, sys
from prisma_drift.cli import entry
atexit.register(print, "taken apart")
sys.argv = ["prisma-drift", "help", "nothing"]
sys.exit(entry())"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no command `nothing`." in done.stderr


def test_settings_load_no_parser_of_schemas() -> None:
    assert not any(name.startswith("prisma_drift.psl.validate") for name in loaded("check", "--help"))


def test_the_door_imports_nothing_before_it_knows_the_command() -> None:
    code = "import sys; before = set(sys.modules); import prisma_drift.cli; print(sorted(set(sys.modules) - before))"
    assert run("-c", code).stdout.strip() == "['__future__', 'prisma_drift', 'prisma_drift.cli']"


@pytest.mark.parametrize(
    ("argv", "target", "handed"),
    [
        (["hook", "--strict"], "prisma_drift.hook", ["--strict"]),
        (["install", "x"], "prisma_drift.commands.install", ["x"]),
        (["action"], "prisma_drift.action", []),
    ],
)
def test_other_doors(
    argv: list[str], target: str, handed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []

    def main(arguments: list[str]) -> int:
        seen.append(arguments)
        return 2

    monkeypatch.setattr(f"{target}.main", main)
    assert cli.main(argv) == 2
    assert seen == [handed]


def test_version_and_help() -> None:
    said = run("-m", "prisma_drift", "--version")
    assert said.returncode == 0
    assert said.stdout.startswith("prisma-drift ")
    for command in ("check", "diff"):
        shown = run("-m", "prisma_drift", command, "--help")
        assert shown.returncode == 0
        assert "exit status" in shown.stdout


def test_help_names_what_is_typed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\n\ncommands:\n  COMMAND\n" in parser().format_help()
    for command, words in _commands(parser()).items():
        with contextlib.suppress(SystemExit):  # argparse ends the program after its help
            cli.main([command, "--help"])
        shown = capsys.readouterr().out
        assert shown.startswith(f"usage: prisma-drift {command}")
        assert "positional" not in shown
        typed = [action for action in words._actions if not action.option_strings]
        assert ("\narguments:\n" in shown) is bool(typed), command


def test_every_command_of_the_help_exists() -> None:
    commands = {"check", "diff", "fix", "gate", "backfill", "smoke", "baseline", "hook", "install", "action"}
    help = parser().format_help()
    for command in commands:
        assert f"    {command} " in help


def test_output_is_utf_8_whatever_the_locale(project: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    said = subprocess.run(
        [sys.executable, "-m", "prisma_drift", "check", "nowhere"],
        capture_output=True,
        env=environment,
        check=False,
    )
    assert said.stderr.decode("utf-8").startswith("✗ ")


def test_a_reader_that_has_left_changes_nothing(project: Path) -> None:
    (project / "b.prisma").write_text(
        SCHEMA + "".join(f"model M{n} {{\n  id Int @id\n}}\n" for n in range(3000))
    )
    with subprocess.Popen(
        [sys.executable, "-m", "prisma_drift", "diff", "--from", "empty", "--to", "b.prisma", "--script"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "usage: prisma-drift [-h]"),
        (["help"], "usage: prisma-drift [-h]"),
        (["help", "help"], "usage: prisma-drift [-h]"),
        (["help", "check"], "usage: prisma-drift check"),
        (["help", "hook"], "usage: prisma-drift hook"),
        (["help", "install"], "usage: prisma-drift install"),
        (["action", "--help"], "usage: prisma-drift action"),
        (["version"], "prisma-drift "),
        (["-V"], "prisma-drift "),
    ],
)
def test_words_that_people_try_first(words: list[str], said: str) -> None:
    done = run("-m", "prisma_drift", *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(said)


@pytest.mark.parametrize(
    ("words", "meant", "help"),
    [
        (["chek"], "There is no command `chek`. Did you mean `check`?", "prisma-drift --help"),
        (["check", "--formt=json"], "Did you mean `--format`?", "prisma-drift check --help"),
        (["fix", "--alow", "data-loss"], "Did you mean `--allow`?", "prisma-drift fix --help"),
        (["check", "--qqq"], "Unrecognized arguments: --qqq.\n", "prisma-drift check --help"),
    ],
)
def test_a_slip_of_the_hand_is_named(words: list[str], meant: str, help: str) -> None:
    done = run("-m", "prisma_drift", *words)
    assert (done.returncode, done.stdout) == (1, "")
    assert meant in done.stderr
    assert f"See `{help}`." in done.stderr
