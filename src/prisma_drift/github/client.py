"""A small client of GitHub's REST API: one base URL, one token, bounded waiting, errors in words.

Sources of the rules: "Best practices for using the REST API" and "Rate limits for the REST API" (GitHub Docs):
honour Retry-After, then x-ratelimit-reset, else wait a minute after a secondary limit; never hammer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import requests

from ..errors import DriftError

API_VERSION = "2022-11-28"
MOST_TRIES = 5
MOST_PAGES = 100
SECONDARY_LIMIT_WAIT = 60.0
"""Seconds to wait after a secondary rate limit that names no time."""


class GitHubError(DriftError):
    """The API refused or did not answer; the verdict of a check never depends on it."""

    id = "github-api"

    def __init__(self, message: str, *, status: int = 0, limited: bool = False, unsure: bool = False) -> None:
        super().__init__(message, hint=_HINTS.get(status, ""))
        self.status = status
        """HTTP status; 0 where there was no answer."""
        self.limited = limited
        """A rate limit whose wait is longer than what may be waited."""
        self.unsure = unsure
        """The request may have been carried out all the same."""


_HINTS = {
    0: "GitHub was not reached; run the job again.",
    401: "The token is not valid; leave the input `token` to its default, or renew it.",
    403: "Give the job the permission in `permissions:`; a fork's token is read-only.",
    404: "The token does not see this repository, or the object is gone.",
}


class Client:
    """Requests against one API base URL (`https://api.github.com`, or `https://HOST/api/v3` of a GHES)."""

    def __init__(
        self,
        api_url: str,
        token: str,
        *,
        timeout: float = 20.0,
        patience: float = 90.0,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.api_url = api_url.rstrip("/")
        self._timeout = timeout
        self._patience = patience
        self._sleep = sleep
        self._now = now
        self._session = requests.Session()
        # An auth object, since a .netrc would otherwise take the place of the header.
        self._session.auth = _Bearer(token)
        self._session.headers.update(
            {
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": API_VERSION,
                "User-Agent": "prisma-drift",
            }
        )

    def get(self, path: str, **query: str | int) -> Any:
        return self._send("GET", self.api_url + path, query=query)[0]

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        return self._send("PATCH", self.api_url + path, body=body)[0]

    def delete(self, path: str) -> None:
        self._send("DELETE", self.api_url + path)

    def post(self, path: str, body: dict[str, Any], *, repeatable: bool = False) -> Any:
        """Create something. Unless `repeatable`, a lost answer is raised (`unsure`), never sent twice."""
        return self._send("POST", self.api_url + path, body=body, repeatable=repeatable)[0]

    def pages(self, path: str, *, members: str = "", **query: str | int) -> Iterator[Any]:
        """Every item of a list, over all its pages; `members` names the list inside an object."""
        url = self.api_url + path
        asked: dict[str, str | int] = {"per_page": 100, **query}
        for _ in range(MOST_PAGES):
            data, following = self._send("GET", url, query=asked)
            items = data.get(members) if members and isinstance(data, dict) else data
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise GitHubError(f"GET {_path(url)}: the answer is no list.", status=502)
            yield from items
            if not following or not self._ours(following):
                return
            url, asked = following, {}

    def _ours(self, url: str) -> bool:
        return urlsplit(url)[:2] == urlsplit(self.api_url)[:2]

    def _send(
        self,
        method: str,
        url: str,
        *,
        query: dict[str, str | int] | None = None,
        body: dict[str, Any] | None = None,
        repeatable: bool = True,
    ) -> tuple[Any, str]:
        """The answer's JSON and the address of the next page."""
        waited = 0.0
        for attempt in range(MOST_TRIES):
            try:
                response = self._once(method, url, query, body)
            except requests.RequestException as error:
                failure = GitHubError(f"{method} {_path(url)}: {_reason(error)}.", unsure=not repeatable)
                wait: float | None = 2.0**attempt
                sent = not isinstance(error, requests.ConnectTimeout)
            else:
                if response.status_code < 400:
                    return _json(response), response.links.get("next", {}).get("url", "")
                failure = _failure(method, url, response)
                wait = self._wait(response, attempt)
                sent = response.status_code >= 500
                failure.unsure = sent and not repeatable
            if wait is None or (sent and not repeatable):
                raise failure
            waited += wait
            if waited > self._patience or attempt + 1 == MOST_TRIES:
                raise failure
            self._sleep(wait)
        raise AssertionError("unreachable")

    def _once(
        self, method: str, url: str, query: dict[str, str | int] | None, body: dict[str, Any] | None
    ) -> requests.Response:
        for _ in range(4):
            response = self._session.request(
                method, url, params=query, json=body, timeout=self._timeout, allow_redirects=False
            )
            target = response.headers.get("location", "")
            # A renamed repository answers 301 or 307; the token goes to no other host.
            if response.status_code not in (301, 302, 307, 308) or not self._ours(target):
                return response
            url, query = target, None
        return response

    def _wait(self, response: requests.Response, attempt: int) -> float | None:
        """Seconds to wait before another try; None where one cannot help."""
        status, headers = response.status_code, response.headers
        if status >= 500:
            return 2.0**attempt
        if status not in (403, 429):
            return None
        if headers.get("retry-after", "").isdigit():
            return float(headers["retry-after"])
        if headers.get("x-ratelimit-remaining") == "0" and headers.get("x-ratelimit-reset", "").isdigit():
            return max(0.0, float(headers["x-ratelimit-reset"]) - self._now()) + 1.0
        if status == 429 or _secondary(response):
            return SECONDARY_LIMIT_WAIT * 2.0**attempt
        return None


class _Bearer(requests.auth.AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _failure(method: str, url: str, response: requests.Response) -> GitHubError:
    status = response.status_code
    limited = status == 429 or (
        status == 403
        and (
            "retry-after" in response.headers
            or response.headers.get("x-ratelimit-remaining") == "0"
            or _secondary(response)
        )
    )
    message = _message(response)
    said = f": {message}" if message else ""
    return GitHubError(f"{method} {_path(url)} answered {status}{said}.", status=status, limited=limited)


def _secondary(response: requests.Response) -> bool:
    return "secondary rate limit" in _message(response).lower()


def _message(response: requests.Response) -> str:
    data = _json(response)
    message = data.get("message") if isinstance(data, dict) else ""
    return message[:300].rstrip(".") if isinstance(message, str) else ""


def _json(response: requests.Response) -> Any:
    try:
        return response.json() if response.content else None
    except ValueError:
        return None


def _path(url: str) -> str:
    return urlsplit(url).path


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    return "the connection failed" if isinstance(error, requests.ConnectionError) else type(error).__name__
