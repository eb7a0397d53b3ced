"""The seeded fuzzer of all outputs (benchmarks/fuzz_outputs.py): a part of its runs always, 20,000 among the slow ones."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

_PATH = Path(__file__).parents[2] / "benchmarks" / "fuzz_outputs.py"
_spec = importlib.util.spec_from_file_location("fuzz_outputs", _PATH)
assert _spec is not None and _spec.loader is not None
fuzz_outputs = importlib.util.module_from_spec(_spec)
sys.modules["fuzz_outputs"] = fuzz_outputs
_spec.loader.exec_module(fuzz_outputs)


def test_nothing_escapes() -> None:
    assert fuzz_outputs.fuzz(1000, seed=7) == 0


@pytest.mark.slow
@pytest.mark.skipif(
    not os.environ.get("PRISMA_DRIFT_WHOLE"), reason="seven minutes; PRISMA_DRIFT_WHOLE=1 runs it"
)
def test_nothing_escapes_in_20000_runs() -> None:
    assert fuzz_outputs.fuzz(20_000, seed=1) == 0


@pytest.mark.parametrize(
    "log", ["::error::x", " \u2028::error::x", "\u200b::error::x", "a ##[add-path]x", ":\ufe0f:error::x"]
)
def test_the_model_sees_what_the_runner_sees(log: str) -> None:
    assert fuzz_outputs.commands_of(log) == [log]
