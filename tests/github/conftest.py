"""The stand-in as a fixture; every test that uses it ends by asking whether GitHub's description was kept."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def load_helper(name: str) -> ModuleType:
    """A module beside this file (tests are no package)."""
    full = f"github_test_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, Path(__file__).parent / f"{name}.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[full] = module
        spec.loader.exec_module(module)
    return sys.modules[full]


@pytest.fixture(scope="session")
def descriptions(pytestconfig: pytest.Config) -> Path:
    openapi = load_helper("openapi")
    folder: Path = openapi.fetch(pytestconfig.cache.mkdir("octokit-openapi"))
    return folder


@pytest.fixture
def github(descriptions: Path) -> Iterator[Any]:
    standin, openapi = load_helper("standin"), load_helper("openapi")
    with standin.serve(standin.GitHub(openapi.description(descriptions / "api.github.com.json"))) as running:
        yield running
    assert not running.violations, running.violations


@pytest.fixture
def enterprise(descriptions: Path) -> Iterator[Any]:
    """A GitHub Enterprise Server: another base URL, another description."""
    standin, openapi = load_helper("standin"), load_helper("openapi")
    described = openapi.description(descriptions / "ghes-3.19.json")
    with standin.serve(standin.GitHub(described, prefix="/api/v3")) as running:
        yield running
    assert not running.violations, running.violations
