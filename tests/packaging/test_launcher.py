"""The launcher in Node: streams, words, status and signals pass through; where it cannot start, one line says why."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None or sys.platform == "win32", reason="Node.js is not installed")


class Installed:
    """node_modules with the launcher and a platform's package around a program of the test's own."""

    def __init__(self, root: Path) -> None:
        system = {"linux": "linux", "darwin": "darwin"}[sys.platform]
        cpu = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}[os.uname().machine]
        self.platform = f"{system}-{cpu}"
        self.carrier = root / "node_modules/@prisma-drift" / self.platform
        self.program = self.carrier / "program/prisma-drift"
        self.launcher = root / "node_modules/prisma-drift/bin/prisma-drift.js"
        shutil.copytree(ROOT / "packaging/npm/prisma-drift", root / "node_modules/prisma-drift")
        self.program.parent.mkdir(parents=True)
        self.needs("2.17")

    def needs(self, glibc: str) -> None:
        told = {"name": f"@prisma-drift/{self.platform}", "prismaDrift": {"glibc": glibc}}
        (self.carrier / "package.json").write_text(json.dumps(told))

    def is_(self, text: str) -> None:
        self.program.write_text(text)
        self.program.chmod(0o755)

    def command(self, *words: str, before: tuple[str, ...] = ()) -> list[str]:
        assert NODE is not None
        return [*before, NODE, *self.options, str(self.launcher), *words]

    options: tuple[str, ...] = ()

    def run(
        self, *words: str, given: str = "", before: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words, before=before),
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture(params=["as it is", "without execve"])
def installed(tmp_path: Path, request: pytest.FixtureRequest) -> Installed:
    made = Installed(tmp_path)
    if request.param == "without execve":
        off = tmp_path / "off.js"
        off.write_text("delete process.execve;\n")
        made.options = ("--require", str(off))
    return made


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1 and done.stdout == "", done
    assert done.stderr.startswith("prisma-drift: ") and done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_words_streams_and_status(installed: Installed) -> None:
    installed.is_(
        '#!/bin/sh\nread line\necho "$line"\nfor word; do echo "<$word>"; done\necho told >&2\nexit 2\n'
    )
    done = installed.run("check", "a b", "", "$HOME", "--x='y'", given="typed\n")
    assert done.stdout == "typed\n<check>\n<a b>\n<>\n<$HOME>\n<--x='y'>\n"
    assert done.stderr == "told\n"
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("agent", "runner"),
    [
        ("npm/10.8.2 node/v20.19.0 linux x64", "npx"),
        ("pnpm/10.12.1 npm/? node/v20.19.0 linux x64", "pnpm exec"),
        ("yarn/4.9.2 npm/? node/v20.19.0 linux x64", "yarn"),
        ("bun/1.2.17 npm/? node/v24.3.0 linux x64", "bunx"),
        ("other/1", ""),
        ("", ""),
    ],
)
def test_the_program_is_told_by_which_command(
    installed: Installed, monkeypatch: pytest.MonkeyPatch, agent: str, runner: str
) -> None:
    monkeypatch.setenv("npm_config_user_agent", agent)
    monkeypatch.delenv("PRISMA_DRIFT_RUNNER", raising=False)
    installed.is_('#!/bin/sh\necho "$PRISMA_DRIFT_RUNNER"\n')
    assert installed.run("check").stdout == f"{runner}\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_reach_the_program_and_its_end_is_the_launchers(
    installed: Installed, number: signal.Signals
) -> None:
    installed.is_(f"""#!{sys.executable}
import signal, sys, time
def stop(number, frame):
    print("tidied", number, flush=True)
    sys.exit(7)
signal.signal({int(number)}, stop)
print("up", flush=True)
time.sleep(60)
""")
    with subprocess.Popen(installed.command(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(number)
        assert process.stdout.readline() == f"tidied {int(number)}\n"
    assert process.returncode == 7


def test_a_program_that_a_signal_ends_ends_the_launcher_by_it(installed: Installed) -> None:
    installed.is_("#!/bin/sh\nkill -TERM $$\n")
    assert installed.run().returncode == -signal.SIGTERM


def test_a_missing_platform_package_is_told(installed: Installed) -> None:
    shutil.rmtree(installed.carrier)
    assert f"the package @prisma-drift/{installed.platform} is missing" in one_line(installed.run())


def test_a_program_that_cannot_be_run_is_told(installed: Installed) -> None:
    installed.is_("#!/bin/sh\n")
    installed.program.chmod(0o644)
    # root may run what nobody may: not even that
    assert "cannot be run" in one_line(installed.run())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has several C libraries")
def test_a_glibc_older_than_the_build_is_told(installed: Installed) -> None:
    installed.needs("9.99")
    said = one_line(installed.run())
    assert "is too old" in said and "needs 9.99 or newer" in said and "pipx install" in said


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("unshare"),
    reason="needs root, for a mount of its own",
)
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('#!/bin/sh\nexec /lib/ld-musl-x86_64.so.1 --list "$@"\n', "has no glibc (Alpine has musl)"),
        ("#! /bin/bash\n    echo 'ldd (Ubuntu GLIBC 2.5-0ubuntu3) 2.5'\n", "glibc 2.5 is too old"),
    ],
)
def test_the_system_is_read_from_its_ldd(installed: Installed, tmp_path: Path, text: str, told: str) -> None:
    installed.is_("#!/bin/sh\nexit 0\n")
    other = tmp_path / "ldd"
    other.write_text(text)
    mounted = ("unshare", "-m", "sh", "-c", f'mount --bind "{other}" /usr/bin/ldd && exec "$@"', "sh")
    assert told in one_line(installed.run(before=mounted))


def test_another_platform_is_told(installed: Installed, tmp_path: Path) -> None:
    other = tmp_path / "other.js"
    other.write_text('Object.defineProperty(process, "arch", { value: "riscv64" });\n')
    installed.options = (*installed.options, "--require", str(other))
    assert "there is no build for" in one_line(installed.run())


def test_it_loads_nothing_that_it_does_not_need(installed: Installed, tmp_path: Path) -> None:
    """The launcher stands in the way of every commit: beside Node's own start it may cost a few file reads."""
    installed.is_("#!/bin/sh\nexit 0\n")
    idle = tmp_path / "idle.js"
    idle.write_text("")
    assert NODE is not None

    def best(command: list[str]) -> float:
        times = []
        for _ in range(3):
            started = time.perf_counter()
            subprocess.run(command, check=True)
            times.append(time.perf_counter() - started)
        return min(times)

    assert best(installed.command()) < 10 * best([NODE, str(idle)])
