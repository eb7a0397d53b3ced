"""A stand-in for GitHub's REST API on loopback: it keeps state, holds tokens to their permissions, and can fail.

Every request and every answer is held against GitHub's OpenAPI description; what breaks it stands in `violations`.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

REPOSITORY = "acme/flow"
TOKEN = "ghs_workflow"
FORK_TOKEN = "ghs_readonly"
PERSON_TOKEN = "ghp_person"
DATE = "2024-05-06T07:08:09Z"


@dataclass
class Fault:
    """Makes the next `times` requests that match fail in one way."""

    method: str
    path: str
    """A regular expression, searched in the path."""
    status: int = 500
    times: int = 1
    message: str = "Server Error"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds before the answer."""
    done_first: bool = False
    """The request is carried out, and only its answer is lost."""


@dataclass
class Account:
    login: str
    write: frozenset[str] = frozenset()
    """Of issues, statuses, contents."""


@dataclass
class Answer:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class GitHub:
    """The state of one repository, and how its API answers."""

    def __init__(self, description: Any, prefix: str = "") -> None:
        self.description = description
        self.prefix = prefix
        self.accounts = {
            TOKEN: Account("github-actions[bot]", frozenset({"issues", "statuses", "contents"})),
            FORK_TOKEN: Account("github-actions[bot]"),
            PERSON_TOKEN: Account("maintainer", frozenset({"issues", "statuses", "contents"})),
        }
        self.comments: dict[int, dict[str, Any]] = {}
        self.pulls: dict[int, dict[str, Any]] = {}
        self.files: dict[int, list[str]] = {}
        self.compared: list[str] = []
        self.refs: dict[str, str] = {}
        self.trees: dict[str, Any] = {}
        self.commits: dict[str, Any] = {}
        self.statuses: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str, int]] = []
        self.violations: list[str] = []
        self.url = ""
        self._ids = iter(range(1000, 10**9))
        self._lock = threading.Lock()

    # What tests set up -------------------------------------------------------------------------------------------

    def add_pull(self, number: int, sha: str, branch: str = "feature", owner: str = "acme") -> None:
        pull = self.description.example("pull-request-simple-items")[0]
        pull["number"] = number
        # The published example's team lacks a member that its schema requires.
        pull["requested_teams"] = []
        pull["state"] = "open"
        pull["head"]["sha"] = sha
        pull["head"]["ref"] = branch
        pull["head"]["label"] = f"{owner}:{branch}"
        pull["head"]["repo"]["full_name"] = f"{owner}/flow"
        self.pulls[number] = pull
        if owner == "acme":
            self.refs[f"heads/{branch}"] = sha
            self.commits[sha] = self._commit(sha, hashlib.sha1(sha.encode()).hexdigest(), [], "work")

    def add_comment(self, issue: int, login: str, body: str) -> int:
        number = next(self._ids)
        comment = self.description.example("issue-comment")
        comment.update(
            id=number,
            body=body,
            html_url=f"https://github.com/{REPOSITORY}/pull/{issue}#issuecomment-{number}",
            issue_url=f"https://api.github.com/repos/{REPOSITORY}/issues/{issue}",
        )
        comment["user"]["login"] = login
        self.comments[number] = {"issue": issue, "value": comment}
        return number

    def bodies(self, issue: int) -> list[str]:
        return [
            entry["value"]["body"] for _, entry in sorted(self.comments.items()) if entry["issue"] == issue
        ]

    def sent(self, method: str) -> list[str]:
        return [path for verb, path, _ in self.requests if verb == method]

    def fail(self, method: str, path: str, **how: Any) -> None:
        self.faults.append(Fault(method, path, **how))

    # How it answers ----------------------------------------------------------------------------------------------

    def handle(self, method: str, target: str, headers: Any, body: Any) -> Answer:
        path = urlsplit(target).path.removeprefix(self.prefix)
        with self._lock:
            fault = self._fault(method, path)
            if fault is None or fault.done_first:
                answer = self._answer(method, target.removeprefix(self.prefix), headers, body)
            if fault is not None:
                answer = Answer(fault.status, {"message": fault.message}, fault.headers)
            self.requests.append((method, path, answer.status))
        if fault is not None and fault.delay:
            time.sleep(fault.delay)
        if fault is None:
            self._hold(self.description.answer_errors(method, path, answer.status, answer.body))
        return answer

    def _fault(self, method: str, path: str) -> Fault | None:
        for fault in self.faults:
            if fault.times and fault.method in (method, "*") and re.search(fault.path, path):
                fault.times -= 1
                return fault
        return None

    def _hold(self, errors: list[str]) -> None:
        self.violations += errors

    def _answer(self, method: str, target: str, headers: Any, body: Any) -> Answer:
        parts = urlsplit(target)
        self._hold(self.description.request_errors(method, target, body))
        if headers.get("X-GitHub-Api-Version") != "2022-11-28" or not headers.get("User-Agent"):
            self._hold([f"{method} {parts.path}: no API version or user agent"])
        token = (headers.get("Authorization") or "").removeprefix("Bearer ")
        account = self.accounts.get(token)
        if account is None:
            return Answer(
                401, {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest"}
            )
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        for pattern, verb, needed, act in self._routes:
            match = re.fullmatch(pattern, parts.path)
            if match and verb == method:
                if needed and needed not in account.write:
                    return _error(403, "Resource not accessible by integration")
                return act(self, account, body, query, *map(unquote, match.groups()))
        return _error(404, "Not Found")

    def _user(self, account: Account, body: Any, query: dict[str, str]) -> Answer:
        if account.login.endswith("[bot]"):
            return _error(403, "Resource not accessible by integration")
        user = self.description.example("private-user-response-with-public-profile-information")
        user["login"] = account.login
        return Answer(200, user)

    def _list_comments(self, account: Account, body: Any, query: dict[str, str], issue: str) -> Answer:
        found = [entry["value"] for _, entry in sorted(self.comments.items()) if entry["issue"] == int(issue)]
        return self._page(found, query, f"/repos/{REPOSITORY}/issues/{issue}/comments")

    def _page(self, found: list[Any], query: dict[str, str], path: str) -> Answer:
        size, page = int(query.get("per_page", "30")), int(query.get("page", "1"))
        headers = {}
        if page * size < len(found):
            headers["Link"] = f'<{self.url}{path}?per_page={size}&page={page + 1}>; rel="next"'
        return Answer(200, found[(page - 1) * size : page * size], headers)

    def _create_comment(self, account: Account, body: Any, query: dict[str, str], issue: str) -> Answer:
        if len(body["body"]) > 65_536:
            return _error(422, "Body is too long (maximum is 65536 characters)")
        number = self.add_comment(int(issue), account.login, body["body"])
        return Answer(201, self.comments[number]["value"])

    def _change_comment(self, account: Account, body: Any, query: dict[str, str], number: str) -> Answer:
        entry = self.comments.get(int(number))
        if entry is None:
            return _error(404, "Not Found")
        if entry["value"]["user"]["login"] != account.login:
            return _error(403, "Must have admin rights to Repository.")
        entry["value"]["body"] = body["body"]
        return Answer(200, entry["value"])

    def _delete_comment(self, account: Account, body: Any, query: dict[str, str], number: str) -> Answer:
        return Answer(204) if self.comments.pop(int(number), None) else _error(404, "Not Found")

    def _create_status(self, account: Account, body: Any, query: dict[str, str], sha: str) -> Answer:
        status = self.description.example("status")
        status.update({key: value for key, value in body.items() if key in status})
        self.statuses.append({"sha": sha, **body})
        return Answer(201, status)

    def _list_files(self, account: Account, body: Any, query: dict[str, str], number: str) -> Answer:
        example = self.description.example("diff-entry-items")[0]
        found = [{**example, "filename": name} for name in self.files.get(int(number), [])]
        return self._page(found, query, f"/repos/{REPOSITORY}/pulls/{number}/files")

    def _compare(self, account: Account, body: Any, query: dict[str, str], basehead: str) -> Answer:
        compared = self.description.example("commit-comparison")
        example = compared["files"][0]
        compared["files"] = [{**example, "filename": name} for name in self.compared]
        return Answer(200, compared)

    def _list_pulls(self, account: Account, body: Any, query: dict[str, str]) -> Answer:
        wanted = query.get("head", "")
        found = [
            pull
            for _, pull in sorted(self.pulls.items())
            if pull["state"] == query.get("state", "open") and wanted in ("", pull["head"]["label"])
        ]
        return self._page(found, query, f"/repos/{REPOSITORY}/pulls")

    def _get_ref(self, account: Account, body: Any, query: dict[str, str], ref: str) -> Answer:
        if ref not in self.refs:
            return _error(404, "Not Found")
        value = self.description.example("git-ref")
        value["ref"] = f"refs/{ref}"
        value["object"]["sha"] = self.refs[ref]
        value["object"]["type"] = "commit"
        return Answer(200, value)

    def _change_ref(self, account: Account, body: Any, query: dict[str, str], ref: str) -> Answer:
        commit = self.commits.get(body["sha"])
        if commit is None:
            return _error(422, "Object does not exist")
        parents = [parent["sha"] for parent in commit["parents"]]
        if self.refs.get(ref) not in parents and not body.get("force"):
            return _error(422, "Update is not a fast forward")
        self.refs[ref] = body["sha"]
        return self._get_ref(account, body, query, ref)

    def _get_commit(self, account: Account, body: Any, query: dict[str, str], sha: str) -> Answer:
        return Answer(200, self.commits[sha]) if sha in self.commits else _error(404, "Not Found")

    def _create_tree(self, account: Account, body: Any, query: dict[str, str]) -> Answer:
        sha = hashlib.sha1(json.dumps(body, sort_keys=True).encode()).hexdigest()
        self.trees[sha] = body
        tree = self.description.example("git-tree")
        tree["sha"] = sha
        return Answer(201, tree)

    def _create_commit(self, account: Account, body: Any, query: dict[str, str]) -> Answer:
        sha = hashlib.sha1(json.dumps(body, sort_keys=True).encode()).hexdigest()
        self.commits[sha] = self._commit(sha, body["tree"], body["parents"], body["message"])
        return Answer(201, self.commits[sha])

    def _commit(self, sha: str, tree: str, parents: list[str], message: str) -> Any:
        commit = self.description.example("git-commit")
        example = commit["parents"][0]
        commit.update(sha=sha, message=message, parents=[{**example, "sha": parent} for parent in parents])
        commit["tree"]["sha"] = tree
        commit["committer"]["date"] = DATE
        return commit

    _routes: ClassVar[list[tuple[str, str, str, Callable[..., Answer]]]] = [
        (r"/user", "GET", "", _user),
        (rf"/repos/{REPOSITORY}/issues/(\d+)/comments", "GET", "", _list_comments),
        (rf"/repos/{REPOSITORY}/issues/(\d+)/comments", "POST", "issues", _create_comment),
        (rf"/repos/{REPOSITORY}/issues/comments/(\d+)", "PATCH", "issues", _change_comment),
        (rf"/repos/{REPOSITORY}/issues/comments/(\d+)", "DELETE", "issues", _delete_comment),
        (rf"/repos/{REPOSITORY}/statuses/(\w+)", "POST", "statuses", _create_status),
        (rf"/repos/{REPOSITORY}/pulls/(\d+)/files", "GET", "", _list_files),
        (rf"/repos/{REPOSITORY}/pulls", "GET", "", _list_pulls),
        (rf"/repos/{REPOSITORY}/compare/(.+)", "GET", "", _compare),
        (rf"/repos/{REPOSITORY}/git/ref/(.+)", "GET", "", _get_ref),
        (rf"/repos/{REPOSITORY}/git/refs/(.+)", "PATCH", "contents", _change_ref),
        (rf"/repos/{REPOSITORY}/git/commits/(\w+)", "GET", "", _get_commit),
        (rf"/repos/{REPOSITORY}/git/trees", "POST", "contents", _create_tree),
        (rf"/repos/{REPOSITORY}/git/commits", "POST", "contents", _create_commit),
    ]


def _error(status: int, message: str) -> Answer:
    return Answer(status, {"message": message, "documentation_url": "https://docs.github.com/rest"})


@contextmanager
def serve(github: GitHub) -> Iterator[GitHub]:
    """Serve on a free port of loopback until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            answer = github.handle(self.command, self.path, self.headers, json.loads(raw) if raw else None)
            data = b"" if answer.body is None else json.dumps(answer.body).encode()
            try:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                # The client gave up waiting.
                self.close_connection = True

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = respond  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        github.url = f"http://127.0.0.1:{server.server_port}{github.prefix}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield github
        finally:
            server.shutdown()
            thread.join()
