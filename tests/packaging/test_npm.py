"""npm, pnpm, yarn and bun install the packages and run the program: by name, by tarball, in a workspace, without a network, as a hook."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from local_registry import Registry

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/alignment-plan"
INSTALL = {
    "npm": "npm install --no-audit --no-fund -D {}",
    "pnpm": "pnpm add -D {}",
    "yarn": "yarn add -D {}",
    "yarn-pnp": "yarn add -D {}",
    "bun": "bun add -d {}",
}
RUN = {
    "npm": "npx --no-install prisma-drift",
    "pnpm": "pnpm exec prisma-drift",
    "yarn": "yarn prisma-drift",
    "yarn-pnp": "yarn prisma-drift",
    "bun": "bunx --no-install prisma-drift",
}
ONCE = {
    "npm": "npx --yes prisma-drift",
    "pnpm": "pnpm dlx prisma-drift",
    "yarn": "yarn dlx --quiet prisma-drift",
    "bun": "bunx prisma-drift",
}
pytestmark = pytest.mark.slow
Types = Callable[..., subprocess.CompletedProcess[str]]


class Desk:
    """A project's folder, a home of its own, and a shell."""

    def __init__(self, root: Path, home: Path, programs: Path, registry: Registry) -> None:
        self.root, self.home, self.registry = root, home, registry
        home.mkdir()
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("npm_", "NPM_", "PRISMA_DRIFT_", "GIT_"))
        }
        self.environment = kept | {
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_DATA_HOME": str(home / "data"),
            "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
            "npm_config_userconfig": str(home / ".npmrc"),
            "npm_config_registry": registry.url,
            "npm_config_cache": str(home / "npm"),
            "npm_config_update_notifier": "false",
            "YARN_NPM_REGISTRY_SERVER": registry.url,
            "YARN_UNSAFE_HTTP_WHITELIST": "127.0.0.1",
            "YARN_ENABLE_TELEMETRY": "false",
            "YARN_ENABLE_IMMUTABLE_INSTALLS": "false",
            "YARN_NODE_LINKER": "node-modules",
            "YARN_GLOBAL_FOLDER": str(home / "yarn"),
            "BUN_CONFIG_REGISTRY": registry.url,
            "BUN_INSTALL": str(home / "bun"),
            "CI": "",
        }  # fmt: skip

    def types(self, command: str, *, folder: str = ".", status: int = 0, before: str = "") -> str:
        words = ["/bin/sh", "-c", command]
        done = subprocess.run(
            [*before.split(), *words], cwd=self.root / folder, env=self.environment, text=True, timeout=240,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        assert done.returncode == status, f"{command}: {done.returncode}\n{done.stdout}"
        return done.stdout


@pytest.fixture
def desk(tmp_path: Path, managers: Path, registry: Registry) -> Desk:
    root = tmp_path / "project"
    shutil.copytree(EXAMPLE, root)
    package = root / "package.json"
    told = json.loads(package.read_text()) if package.exists() else {}
    told.pop("dependencies", None)
    told.pop("devDependencies", None)
    package.write_text(json.dumps({"name": "crm", "private": True, **told}))
    desk = Desk(root, tmp_path / "home", managers, registry)
    # the current package is the one that the managers' own lock files would otherwise be sought above
    (root / "yarn.lock").touch()
    return desk


def manager_of(name: str, desk: Desk) -> str:
    if name == "yarn-pnp":
        desk.environment["YARN_NODE_LINKER"] = "pnp"
    if not name.startswith("yarn"):
        (desk.root / "yarn.lock").unlink()
    return name


@pytest.mark.sampled(5)
@pytest.mark.parametrize("name", INSTALL)
def test_installed_by_name(desk: Desk, name: str, here: str) -> None:
    manager_of(name, desk)
    desk.types(INSTALL[name].format("prisma-drift"))
    told = desk.types(f"{RUN[name]} check", status=2)
    assert "disagree: 23 differences" in told
    wanted = [one for one in desk.registry.asked if one.endswith(".tgz")]
    assert not [one for one in wanted if "win32" in one or "darwin" in one], "only this platform's program"
    assert any(f"prisma-drift-{here}-" in one for one in wanted)
    desk.registry.asked.clear()


def test_installed_from_tarballs(desk: Desk, tarballs: Path, here: str) -> None:
    manager_of("npm", desk)
    files = " ".join(
        str(file) for file in sorted(tarballs.glob("*.tgz")) if here in file.name or file.name[13].isdigit()
    )
    desk.types(INSTALL["npm"].format(files))
    assert "disagree" in desk.types(f"{RUN['npm']} check", status=2)
    # the lock file is enough for another machine of the kind, without any registry
    shutil.rmtree(desk.root / "node_modules")
    desk.types("npm ci --offline --no-audit --no-fund")
    assert desk.types(f"{RUN['npm']} --version").startswith("prisma-drift ")


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", ONCE)
def test_run_once_without_installing(desk: Desk, name: str) -> None:
    manager_of(name, desk)
    assert "prisma-drift 0" in desk.types(f"{ONCE[name]} --version")


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", ["npm", "pnpm", "yarn", "bun"])
def test_a_workspace_hoists_it(desk: Desk, name: str) -> None:
    manager_of(name, desk)
    inner = desk.root / "packages/db"
    inner.mkdir(parents=True)
    shutil.move(desk.root / "prisma", inner / "prisma")
    (desk.root / "package.json").write_text(
        json.dumps({"name": "mono", "private": True, "workspaces": ["packages/*"]})
    )
    (desk.root / "pnpm-workspace.yaml").write_text("packages:\n  - packages/*\n")
    version = desk.registry.manifests[next(one for one in desk.registry.manifests if one[13].isdigit())][
        "version"
    ]
    (inner / "package.json").write_text(
        json.dumps(
            {"name": "db", "version": "1.0.0", "private": True, "devDependencies": {"prisma-drift": version}}
        )
    )
    desk.types(
        {
            "npm": "npm install --no-audit --no-fund",
            "pnpm": "pnpm install",
            "yarn": "yarn install",
            "bun": "bun install",
        }[name]
    )
    assert "disagree" in desk.types(f"{RUN[name]} check", folder="packages/db", status=2)


@pytest.mark.skipif(
    os.name == "nt" or not shutil.which("unshare") or os.geteuid() != 0,
    reason="needs root, to take the network away",
)
def test_no_network_at_run_time(desk: Desk) -> None:
    manager_of("npm", desk)
    desk.types(INSTALL["npm"].format("prisma-drift"))
    assert "disagree" in desk.types("node_modules/.bin/prisma-drift check", status=2, before="unshare -n")


def test_no_package_runs_anything_when_it_is_installed(registry: Registry) -> None:
    assert len(registry.manifests) == 5
    for manifest in registry.manifests.values():
        assert "scripts" not in manifest and "dependencies" not in manifest


def test_npm_would_publish_them(tarballs: Path, tmp_path: Path) -> None:
    for tarball in sorted(tarballs.glob("*.tgz")):
        done = subprocess.run(
            ["npm", "publish", "--dry-run", "--provenance=false", f"--cache={tmp_path}", str(tarball)],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip().startswith(("+ prisma-drift@", "+ @prisma-drift/")), done.stdout


FIELD = "model Later {\n  id Int @id\n}\n"
SQL = 'CREATE TABLE "Later" (\n    "id" INTEGER NOT NULL,\n\n    CONSTRAINT "Later_pkey" PRIMARY KEY ("id")\n);\n'


@pytest.mark.sampled(3)
@pytest.mark.parametrize("keeper", ["husky", "lefthook", "bare"])
def test_a_commit_stops_and_passes(desk: Desk, keeper: str) -> None:
    """husky and lefthook, and git alone, call the launcher among the project's own dependencies."""
    manager_of("npm", desk)
    desk.environment |= {
        f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    desk.environment["GIT_CONFIG_NOSYSTEM"] = "1"
    desk.types(INSTALL["npm"].format("prisma-drift"))
    (desk.root / ".gitignore").write_text("node_modules\n")
    desk.types("git init -q -b main && git add -A && git commit -qm begin")
    match keeper:
        case "husky":
            desk.types("husky")
        case "lefthook":
            (desk.root / "lefthook.yml").write_text("# the hooks of this project\n")
    said = desk.types("npx --no-install prisma-drift install")
    assert "calls `node_modules/.bin/prisma-drift`, which works here" in said
    if keeper == "lefthook":
        desk.types("lefthook install")
    desk.types("git add -A && git commit -q --allow-empty -m hook")
    schema = desk.root / "prisma/schema.prisma"
    schema.write_text(schema.read_text() + "\n" + FIELD)
    said = desk.types("git add -A && git commit -m later", status=1)
    assert "Later" in said, said
    assert desk.types("git log -1 --format=%s") == "hook\n"
    migration = desk.root / "prisma/migrations/29990101000000_later/migration.sql"
    migration.parent.mkdir()
    migration.write_text(SQL)
    desk.types("git add -A && git commit -qm later")
    assert desk.types("git log -1 --format=%s") == "later\n"
