"""Every fault of the API: retried where it helps, in words where it does not, never longer than is patient."""

from __future__ import annotations

from typing import Any

import pytest

from prisma_drift.github.client import Client, GitHubError

COMMENTS = "/repos/acme/flow/issues/7/comments"


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def now(self) -> float:
        return 1_000_000.0 + sum(self.slept)


def client_of(github: Any, clock: Clock, token: str = "ghs_workflow", timeout: float = 2.0) -> Client:
    return Client(github.url, token, timeout=timeout, sleep=clock.sleep, now=clock.now)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors_are_tried_again(github: Any, status: int) -> None:
    clock = Clock()
    github.fail("GET", "/comments", status=status, times=2)
    assert list(client_of(github, clock).pages(COMMENTS)) == []
    assert clock.slept == [1.0, 2.0]


def test_it_gives_up_after_five_tries(github: Any) -> None:
    clock = Clock()
    github.fail("GET", "/comments", status=500, times=99)
    with pytest.raises(GitHubError) as raised:
        list(client_of(github, clock).pages(COMMENTS))
    assert raised.value.status == 500
    assert len(github.sent("GET")) == 5


@pytest.mark.parametrize(
    ("fault", "slept"),
    [
        ({"status": 429, "headers": {"Retry-After": "7"}}, [7.0]),
        ({"status": 403, "headers": {"Retry-After": "3"}}, [3.0]),
        ({"status": 403, "headers": {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1000009"}}, [10.0]),
        ({"status": 403, "message": "You have exceeded a secondary rate limit."}, [60.0]),
        ({"status": 429, "message": "Too many requests"}, [60.0]),
    ],
)
def test_rate_limits_are_waited_for(github: Any, fault: dict[str, Any], slept: list[float]) -> None:
    clock = Clock()
    github.fail("POST", "/comments", **fault)
    client_of(github, clock).post(COMMENTS, {"body": "x"})
    assert clock.slept == slept
    assert github.bodies(7) == ["x"]


def test_a_limit_beyond_patience_is_not_waited_for(github: Any) -> None:
    clock = Clock()
    github.fail("POST", "/comments", status=429, headers={"Retry-After": "3600"})
    with pytest.raises(GitHubError) as raised:
        client_of(github, clock).post(COMMENTS, {"body": "x"})
    assert raised.value.limited and not raised.value.unsure
    assert clock.slept == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422])
def test_refusals_are_final_and_in_words(github: Any, status: int) -> None:
    clock = Clock()
    github.fail("POST", "/comments", status=status, message="No, not like that.")
    with pytest.raises(GitHubError) as raised:
        client_of(github, clock).post(COMMENTS, {"body": "x"})
    assert raised.value.status == status
    assert raised.value.message == f"POST {COMMENTS} answered {status}: No, not like that."
    assert clock.slept == []
    assert len(github.requests) == 1


def test_a_read_without_an_answer_is_tried_again(github: Any) -> None:
    clock = Clock()
    github.fail("GET", "/comments", delay=0.6)
    assert list(client_of(github, clock, timeout=0.3).pages(COMMENTS)) == []
    assert clock.slept == [1.0]


@pytest.mark.parametrize("fault", [{"status": 502}, {"status": 500, "delay": 0.6}])
def test_a_creation_without_an_answer_is_not_repeated_blindly(github: Any, fault: dict[str, Any]) -> None:
    clock = Clock()
    github.fail("POST", "/comments", done_first=True, **fault)
    with pytest.raises(GitHubError) as raised:
        client_of(github, clock, timeout=0.3).post(COMMENTS, {"body": "x"})
    assert raised.value.unsure
    assert github.bodies(7) == ["x"]


def test_an_unreachable_host_is_an_error_in_words() -> None:
    clock = Clock()
    with pytest.raises(GitHubError) as raised:
        Client("http://127.0.0.1:9", "t", sleep=clock.sleep).get("/user")
    assert "the connection failed" in raised.value.message
    assert raised.value.status == 0


def test_all_pages_are_read(github: Any) -> None:
    for number in range(250):
        github.add_comment(7, "someone", f"comment {number}")
    found = list(client_of(github, Clock()).pages(COMMENTS))
    assert [comment["body"] for comment in found] == [f"comment {number}" for number in range(250)]
    assert len(github.requests) == 3


def test_the_token_stays_with_its_host(github: Any) -> None:
    github.fail("GET", "/user", status=302, headers={"Location": "http://localhost:9/steal"})
    client_of(github, Clock(), "ghp_person").get("/user")
    assert [path for _, path, _ in github.requests] == ["/user"]


def test_a_renamed_repository_is_followed(github: Any) -> None:
    github.fail("POST", "/old/", status=307, headers={"Location": github.url + COMMENTS})
    client_of(github, Clock()).post("/repos/old/old/issues/7/comments", {"body": "x"})
    assert github.bodies(7) == ["x"]


def test_answers_that_are_no_json_do_not_break_it(github: Any) -> None:
    github.fail("GET", "/user", status=404, message="")
    with pytest.raises(GitHubError, match="answered 404"):
        client_of(github, Clock()).get("/user")


def test_a_server_of_an_enterprise(enterprise: Any) -> None:
    client = client_of(enterprise, Clock())
    client.post(COMMENTS, {"body": "x"})
    for number in range(120):
        enterprise.add_comment(7, "someone", f"{number}")
    assert len(list(client.pages(COMMENTS))) == 121


def test_no_token_is_sent_as_none(github: Any) -> None:
    with pytest.raises(GitHubError) as raised:
        client_of(github, Clock(), token="").get("/user")
    assert raised.value.status == 401
