"""The judge itself: it must be able to say no."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

HEADERS = {
    "Authorization": "Bearer ghs_workflow",
    "X-GitHub-Api-Version": "2022-11-28",
    "User-Agent": "test",
}


@pytest.mark.parametrize(
    ("method", "path", "body", "complaint"),
    [
        ("POST", "/repos/acme/flow/issues/7/comments", {"text": "x"}, "'body' is a required property"),
        ("POST", "/repos/acme/flow/issues/7/comments", {"body": "x", "extra": 1}, "takes no member extra"),
        ("POST", "/repos/acme/flow/issues/seven/comments", {"body": "x"}, "'seven' is not of type 'integer'"),
        ("POST", f"/repos/acme/flow/statuses/{'a' * 40}", {"state": "green"}, "'green' is not one of"),
        ("GET", "/repos/acme/flow/pulls?sort=name", None, "'name' is not one of"),
        ("GET", "/repos/acme/flow/pulls?colour=red", None, "takes no query parameter colour"),
        ("GET", "/repos/acme/flow/nothing/here", None, "is no operation"),
    ],
)
def test_requests_that_break_the_description(
    descriptions: Path, method: str, path: str, body: Any, complaint: str
) -> None:
    judge = _openapi().description(descriptions / "api.github.com.json")
    assert any(complaint in error for error in judge.request_errors(method, path, body))


def test_answers_that_break_the_description(descriptions: Path) -> None:
    judge = _openapi().description(descriptions / "api.github.com.json")
    path = "/repos/acme/flow/issues/7/comments"
    good = judge.example("issue-comment")
    assert judge.answer_errors("POST", path, 201, good) == []
    assert judge.answer_errors("POST", path, 201, {**good, "user": None}) == []
    assert judge.answer_errors("POST", path, 201, {**good, "user": "me"})
    assert judge.answer_errors("POST", path, 200, good) == [f"POST {path} never answers 200"]


def test_a_wrong_request_is_held_against_the_sender(descriptions: Path, pytestconfig: pytest.Config) -> None:
    standin, openapi = sys.modules.get("github_test_standin") or _load("standin"), _openapi()
    judge = openapi.description(descriptions / "api.github.com.json")
    with standin.serve(standin.GitHub(judge)) as github:
        requests.get(github.url + "/repos/acme/flow/pulls?sort=name", headers=HEADERS, timeout=5)
        requests.get(github.url + "/repos/acme/flow/pulls", headers={"User-Agent": "x"}, timeout=5)
    assert len(github.violations) == 2


def _openapi() -> Any:
    return sys.modules.get("github_test_openapi") or _load("openapi")


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"github_test_{name}", Path(__file__).parent / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
