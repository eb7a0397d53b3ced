"""The example project with a real Node program behind `smoke --`: embeddings go in and come back, or a probe says why not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "alignment-plan"
MODULES = ROOT / "tests" / "prisma"
INDEX = 'CREATE INDEX "Vector_embedding_hnsw" ON "Vector" USING hnsw ("embedding" vector_cosine_ops);\n'

CLIENT = ROOT / "tests" / "gate" / "cli" / "node_modules"

needs_client = pytest.mark.skipif(
    shutil.which("node") is None or not (CLIENT / "@prisma" / "client").is_dir(),
    reason="node with Prisma's client is not here (npm ci in tests/gate/cli)",
)
needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not (MODULES / "node_modules" / "pg").is_dir(),
    reason="node with the package pg is not here (npm ci in tests/prisma)",
)


def drift(
    words: Sequence[str], environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prisma_drift", *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **(environment or {})},
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example, mended, with an index over its embeddings that the schema language cannot declare."""
    copy = tmp_path / "app"
    shutil.copytree(EXAMPLE, copy)
    fixed = drift(["fix", str(copy), "--quiet"])
    assert fixed.returncode == 0, fixed.stdout + fixed.stderr
    folder = copy / "prisma" / "migrations" / "29990101000000_vector_index"
    folder.mkdir()
    (folder / "migration.sql").write_text(INDEX)
    return copy


@needs_node
def test_embeddings_go_in_and_come_back(project: Path) -> None:
    run = drift(
        [
            "smoke",
            str(project),
            "--require",
            "vector-indexes",
            "--",
            "node",
            str(MODULES.parent / "smoke" / "search.mjs"),
        ],
        {"MODULES": str(MODULES)},
    )
    assert run.stdout == "nearest: chunk 2\n"
    assert run.returncode == 0, run.stderr
    assert "✓ vectors" in run.stderr
    assert "✓ vector-indexes" in run.stderr


@needs_client
def test_prisma_s_own_client_works_on_it(project: Path) -> None:
    """Generated from the project's schema, with the query compiler in place of an engine."""
    client = project / "client"
    schema = project / "prisma" / "schema.prisma"
    schema.write_text(
        schema.read_text().replace(
            '"prisma-client-js"', f'"prisma-client-js"\n  engineType = "client"\n  output = "{client}"', 1
        )
    )
    (project / "node_modules").symlink_to(CLIENT)
    generated = subprocess.run(
        ["node", str(CLIENT / "prisma/build/index.js"), "generate", "--schema", str(schema)],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        # no engine is fetched: none is used, and both URLs are known
        env={
            **os.environ,
            "PRISMA_SCHEMA_ENGINE_BINARY": sys.executable,
            "CHECKPOINT_DISABLE": "1",
            "DATABASE_URL": "postgresql://x",
            "DIRECT_URL": "postgresql://x",
        },
    )
    assert generated.returncode == 0, generated.stdout + generated.stderr
    run = drift(
        ["smoke", str(project), "--", "node", str(MODULES.parent / "smoke" / "client.mjs")],
        {"CLIENT": str(client)},
    )
    assert run.stdout == "tag: new; step: start; nearest of 4: chunk 2; left: 0\n", run.stderr
    assert run.returncode == 0, run.stderr


@needs_node
def test_without_the_vector_migration_the_probe_is_named_and_the_command_does_not_run(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "app")
    run = drift(
        ["smoke", str(tmp_path / "app"), "--", "node", str(MODULES.parent / "smoke" / "search.mjs")],
        {"MODULES": str(MODULES)},
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert "✗ vectors" in run.stderr
    assert "public.Vector.embedding: is jsonb; schema.prisma declares vector(1536)" in run.stderr


def test_without_its_index_the_probe_that_is_required_is_named(project: Path) -> None:
    shutil.rmtree(project / "prisma" / "migrations" / "29990101000000_vector_index")
    run = drift(["smoke", str(project), "--require", "vector-indexes", "--", "true"])
    assert run.returncode == 2
    assert "✗ vector-indexes" in run.stderr
    assert "✓ vectors" in run.stderr


def test_what_is_proved_can_be_tried_before_it_is_written() -> None:
    run = drift(["smoke", str(EXAMPLE), "--from-fix"])
    assert run.returncode == 0, run.stdout + run.stderr
    assert "14 migrations and the proved mend" in run.stdout
