"""One comment for each project, whatever else is said on the pull request and however the API fails."""

from __future__ import annotations

from typing import Any

import pytest

from prisma_drift.github.client import Client, GitHubError
from prisma_drift.github.comment import Posted, author_of, marker, project_key, upsert

BOT = "github-actions[bot]"
KEY = project_key("prisma/schema.prisma")
ONE, TWO = "1" * 16, "2" * 16


def quick(github: Any, token: str = "ghs_workflow") -> Client:
    return Client(github.url, token, timeout=2.0, sleep=lambda seconds: None)


def put(github: Any, body: str, digest: str, *, key: str = KEY, create: bool = True) -> Posted:
    return upsert(quick(github), "acme/flow", 7, key=key, author=BOT, body=body, digest=digest, create=create)


def test_created_then_unchanged_then_updated_in_place(github: Any) -> None:
    first = put(github, "drift", ONE)
    assert (first.action, github.bodies(7)) == ("created", [f"{marker(KEY, ONE)}\ndrift"])
    assert put(github, "drift", ONE) == Posted("unchanged", first.url)
    assert github.sent("PATCH") == []
    assert put(github, "in step", TWO) == Posted("updated", first.url)
    assert github.bodies(7) == [f"{marker(KEY, TWO)}\nin step"]


def test_found_behind_many_pages(github: Any) -> None:
    for number in range(230):
        github.add_comment(7, "someone", f"{number}")
    put(github, "drift", ONE)
    put(github, "in step", TWO)
    ours = [body for body in github.bodies(7) if "prisma-drift" in body]
    assert ours == [f"{marker(KEY, TWO)}\nin step"]


def test_a_marker_in_somebody_elses_comment_is_not_ours(github: Any) -> None:
    github.add_comment(7, "mallory", f"{marker(KEY, ONE)}\nfake")
    assert put(github, "drift", ONE).action == "created"
    assert github.bodies(7)[0].endswith("fake")


def test_a_quoted_marker_in_our_own_other_comment_is_not_it(github: Any) -> None:
    github.add_comment(7, BOT, f"> {marker(KEY, ONE)}\nsomething else")
    assert put(github, "drift", ONE).action == "created"


def test_each_project_has_its_own(github: Any) -> None:
    other = project_key("apps/web/schema.prisma")
    put(github, "one", ONE)
    put(github, "other", ONE, key=other)
    put(github, "one again", TWO)
    assert [body.split("\n")[1] for body in github.bodies(7)] == ["one again", "other"]


def test_nothing_is_created_where_none_is_wanted(github: Any) -> None:
    assert put(github, "in step", ONE, create=False) == Posted("none")
    assert github.sent("POST") == []


def test_doubles_are_removed(github: Any) -> None:
    for digest in (ONE, TWO):
        github.add_comment(7, BOT, f"{marker(KEY, digest)}\nold")
    assert put(github, "new", "3" * 16).action == "updated"
    assert github.bodies(7) == [f"{marker(KEY, '3' * 16)}\nnew"]


@pytest.mark.parametrize("status", [500, 502])
def test_a_creation_whose_answer_was_lost_is_not_doubled(github: Any, status: int) -> None:
    github.fail("POST", "/comments", status=status, done_first=True)
    assert put(github, "drift", ONE).action == "unchanged"
    assert len(github.bodies(7)) == 1


def test_a_creation_that_failed_is_tried_again(github: Any) -> None:
    github.fail("POST", "/comments", status=502)
    assert put(github, "drift", ONE).action == "created"


def test_a_comment_deleted_meanwhile_is_written_anew(github: Any) -> None:
    put(github, "drift", ONE)
    github.fail("PATCH", "/comments", status=404)
    assert put(github, "in step", TWO).action == "updated"


@pytest.mark.parametrize("status", [403, 404, 410, 422])
def test_a_refusal_is_raised(github: Any, status: int) -> None:
    github.fail("POST", "/comments", status=status)
    with pytest.raises(GitHubError) as raised:
        put(github, "drift", ONE)
    assert raised.value.status == status


def test_a_readonly_token_cannot_comment(github: Any) -> None:
    with pytest.raises(GitHubError) as raised:
        upsert(quick(github, "ghs_readonly"), "acme/flow", 7, key=KEY, author=BOT, body="x", digest=ONE)
    assert raised.value.status == 403


@pytest.mark.parametrize(
    ("token", "author"), [("ghs_workflow", BOT), ("ghp_person", "maintainer"), ("ghp_unknown", BOT)]
)
def test_whose_comments_are_ours(github: Any, token: str, author: str) -> None:
    assert author_of(quick(github, token), token) == author


def test_no_path_ends_the_marker() -> None:
    assert marker(project_key("--> @everyone"), ONE).count("-->") == 1
