"""Prisma's version from package.json, lock files and node_modules; and Prisma 8's contract format, refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prisma_drift.errors import ProjectError
from prisma_drift.model.version import LATEST, Version
from prisma_drift.project import Flags, load_config

SCHEMA = 'datasource db {\n  provider = "postgresql"\n}\n'


def make_project(root: Path, package: dict[str, object] | None, **files: str) -> Path:
    (root / "prisma").mkdir(parents=True)
    (root / "prisma" / "schema.prisma").write_text(SCHEMA)
    if package is not None:
        (root / "package.json").write_text(json.dumps(package))
    for name, text in files.items():
        (root / name.replace("__", ".").replace("_", "-")).write_text(text)
    return root


def version_of(project: Path, **environment: str) -> tuple[str, str]:
    (config,) = load_config(Flags(path=str(project)), environment)
    return str(config.version), config.version_source


def test_an_exact_version_stands_in_package_json(tmp_path: Path) -> None:
    project = make_project(
        tmp_path, {"devDependencies": {"prisma": "5.22.0"}}, yarn__lock='prisma@^6:\n  version "6.1.0"\n'
    )
    assert version_of(project) == ("5.22.0", "package.json")


@pytest.mark.parametrize(
    ("lock", "text"),
    [
        (
            "package_lock__json",
            json.dumps(
                {"lockfileVersion": 3, "packages": {"": {}, "node_modules/prisma": {"version": "6.3.1"}}}
            ),
        ),
        (
            "package_lock__json",
            json.dumps({"lockfileVersion": 1, "dependencies": {"prisma": {"version": "6.3.1"}}}),
        ),
        (
            "pnpm_lock__yaml",
            "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    devDependencies:\n      prisma:\n        specifier: ^6.0.0\n"
            "        version: 6.3.1(typescript@5.7.3)\n\n  apps/old:\n    dependencies:\n      prisma:\n        specifier: ^5\n"
            "        version: 5.1.0\n\npackages:\n\n  prisma@5.1.0:\n    hasBin: true\n\n  prisma@6.3.1:\n    hasBin: true\n",
        ),
        (
            "pnpm_lock__yaml",
            "lockfileVersion: 5.4\n\nspecifiers:\n  prisma: ^6.0.0\n\ndevDependencies:\n  prisma: 6.3.1\n\n"
            "packages:\n\n  /prisma/6.3.1:\n    hasBin: true\n",
        ),
        ("pnpm_lock__yaml", "lockfileVersion: '6.0'\n\npackages:\n\n  /prisma@6.3.1:\n    hasBin: true\n"),
        (
            "yarn__lock",
            'prisma@^5.0.0:\n  version "5.1.0"\n\nprisma@^6.0.0, prisma@~6.3.0:\n  version "6.3.1"\n  dependencies:\n    fsevents "2"\n',
        ),
        (
            "yarn__lock",
            '"prisma@npm:5.1.0":\n  version: 5.1.0\n\n"prisma@npm:^6.0.0, prisma@npm:^6.3.0":\n  version: 6.3.1\n  bin:\n    prisma: x\n',
        ),
        (
            "bun__lock",
            '{\n  "lockfileVersion": 1,\n  "packages": {\n    "prisma": ["prisma@6.3.1", "", { "bin": {} }, "sha512-x"],\n  }\n}\n',
        ),
    ],
)
def test_a_range_is_refined_by_every_lock_file(tmp_path: Path, lock: str, text: str) -> None:
    project = make_project(tmp_path, {"dependencies": {"prisma": "^6.0.0"}}, **{lock: text})
    assert version_of(project) == ("6.3.1", lock.replace("__", ".").replace("_", "-"))


def test_a_workspace_reads_the_lock_file_above_it_for_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    project = make_project(tmp_path / "packages" / "db", {"dependencies": {"@prisma/client": "catalog:"}})
    entry = "    dependencies:\n      '@prisma/client':\n        specifier: 'catalog:'\n        version: {}(prisma@1.0.0)\n"
    (tmp_path / "pnpm-lock.yaml").write_text(
        f"importers:\n\n  .:\n{entry.format('5.0.0')}\n  packages/db:\n{entry.format('6.7.0')}"
    )
    assert version_of(project) == ("6.7.0", "pnpm-lock.yaml")
    (tmp_path / "pnpm-lock.yaml").unlink()
    packages = {
        "node_modules/@prisma/client": {"version": "5.0.0"},
        "packages/db/node_modules/@prisma/client": {"version": "6.8.2"},
    }
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": packages}))
    assert version_of(project) == ("6.8.2", "package-lock.json")


def test_without_a_lock_file_what_is_installed_then_the_range_then_the_newest(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"dependencies": {"prisma": "~6.2"}})
    assert version_of(project) == ("6.2.0", "package.json")
    installed = tmp_path / "node_modules" / "prisma"
    installed.mkdir(parents=True)
    (installed / "package.json").write_text('{"version": "6.2.1"}')
    assert version_of(project) == ("6.2.1", "node_modules")
    (tmp_path / "package.json").write_text("{}")
    assert version_of(project) == (str(LATEST), "default")


def test_flag_then_environment_then_file_have_the_word(tmp_path: Path) -> None:
    project = make_project(
        tmp_path, {"dependencies": {"prisma": "5.0.0"}}, prisma_drift__yml="prisma-version: 6.10\n"
    )
    assert version_of(project) == ("6.10.0", "prisma-drift.yml")
    assert version_of(project, PRISMA_DRIFT_PRISMA_VERSION="7.1") == ("7.1.0", "environment")
    (config,) = load_config(
        Flags(path=str(project), prisma_version="4"), {"PRISMA_DRIFT_PRISMA_VERSION": "7.1"}
    )
    assert (config.version, config.version_source) == (Version(4), "flag")
    with pytest.raises(ProjectError, match="'new'"):
        load_config(Flags(path=str(project), prisma_version="new"), {})


def test_broken_package_json_is_an_error_with_its_line(tmp_path: Path) -> None:
    project = make_project(tmp_path, None, package__json='{\n  "a": 1,\n  oops\n}\n')
    with pytest.raises(ProjectError) as caught:
        load_config(Flags(path=str(project)), {})
    assert caught.value.position is not None
    assert caught.value.position.line == 3


def refused(project: Path) -> bool:
    try:
        load_config(Flags(path=str(project)), {})
    except ProjectError as error:
        assert error.id in {"prisma-8-contract", "project-no-schema"}, error
        return error.id == "prisma-8-contract"
    return False


def test_contract_projects_are_refused_by_name(tmp_path: Path) -> None:
    by_config = tmp_path / "a"
    by_config.mkdir()
    (by_config / "prisma.config.ts").write_text(
        "export default definePrismaConfig({ contract: './prisma/contract.prisma' })"
    )
    assert refused(by_config)
    by_files = tmp_path / "b"
    (by_files / "prisma").mkdir(parents=True)
    (by_files / "prisma" / "contract.prisma").write_text("model A {\n}\n")
    assert not refused(by_files), "a file of that name alone says nothing"
    (by_files / "package.json").write_text('{"dependencies": {"@prisma/orm-postgres": "8.0.0"}}')
    assert refused(by_files)
    by_comment = make_project(tmp_path / "c", None)
    assert not refused(by_comment)
    (by_comment / "prisma" / "schema.prisma").write_text(f"// use prisma-next\n{SCHEMA}")
    assert refused(by_comment)
    kept_schema = make_project(tmp_path / "d", {"devDependencies": {"prisma": "8.0.0"}})
    (kept_schema / "prisma.config.ts").write_text(
        "export default definePrismaConfig({ contract: 'prisma/schema.prisma' })"
    )
    assert refused(kept_schema)


def test_a_prisma_7_project_that_prisma_8_moves_in_beside_is_read_as_prisma_7(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"devDependencies": {"prisma": "8.0.0", "@prisma/prisma7": "7.10.0"}})
    (project / "prisma7.config.ts").write_text("export default { schema: 'prisma/schema.prisma' }")
    (project / "prisma.config.ts").write_text(
        "export default definePrismaConfig({ contract: 'src/contract.prisma' })"
    )
    assert version_of(project) == ("7.10.0", "package.json")


BRIDGE = (
    "import { definePrismaConfig } from '@prisma/cli-engine'\nimport { defineConfig, prisma7Schema } from '@prisma/orm-postgres/config'\n"
    'export default definePrismaConfig({ orm: defineConfig({ contract: prisma7Schema("prisma/schema.prisma"), output: "src" }) })\n'
)


@pytest.mark.parametrize(
    ("dependencies", "config", "flags", "is_refused"),
    [
        ({"prisma": "8.0.0-rc.19"}, BRIDGE, {}, True),
        ({"prisma": "7.10.0"}, BRIDGE, {}, True),
        ({"prisma": "8.0.0", "@prisma/prisma7": "7.10.1"}, BRIDGE, {}, False),
        ({"prisma": "^8.0.0"}, "", {}, True),
        ({"prisma": "^8.0.0", "@prisma/prisma7": "7.10.1"}, "", {}, False),
        ({"prisma": "^8.0.0"}, "", {"prisma_version": "7.10"}, False),
        ({"prisma": "^8.0.0"}, "", {"prisma_version": "8"}, True),
        ({"@prisma/client": "7.10.0"}, "", {}, False),
        ({"prisma": "^7.0.0"}, "export default { schema: 'prisma/schema.prisma' }", {}, False),
    ],
)
def test_projects_that_have_moved_to_prisma_8(
    tmp_path: Path, dependencies: dict[str, str], config: str, flags: dict[str, str], is_refused: bool
) -> None:
    project = make_project(tmp_path, {"devDependencies": dependencies})
    if config:
        (project / "prisma.config.ts").write_text(config)
    try:
        load_config(Flags(path=str(project), **flags), {})  # type: ignore[arg-type]
    except ProjectError as error:
        assert is_refused, error.message
        assert error.id == "prisma-8-contract"
        assert "ops.json" in error.message
        assert "prisma db verify --strict`" in error.hint
    else:
        assert not is_refused
