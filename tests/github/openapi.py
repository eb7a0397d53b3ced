"""GitHub's published OpenAPI description as a judge of requests and answers."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jsonschema
import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

PACKAGE = "@octokit/openapi@23.0.2"
MEMBERS = ("api.github.com.json", "ghes-3.19.json")


def fetch(folder: Path) -> Path:
    """The folder with the descriptions, from the npm package; skips the test where npm cannot bring it."""
    if all((folder / member).exists() for member in MEMBERS):
        return folder
    if not shutil.which("npm"):
        pytest.skip("npm is not installed: GitHub's OpenAPI description cannot be had")
    # Several test processes may fetch at once: each in a folder of its own, and a file is there as a whole or not at all.
    own = Path(tempfile.mkdtemp(dir=folder))
    packed = subprocess.run(
        ["npm", "pack", PACKAGE, "--silent"],
        cwd=own,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    if packed.returncode:
        pytest.skip(f"npm could not bring {PACKAGE}: {packed.stderr.strip()[-200:]}")
    archive = own / packed.stdout.strip().split("\n")[-1]
    with tarfile.open(archive) as tar:
        for member in MEMBERS:
            source = tar.extractfile(f"package/generated/{member}")
            assert source is not None
            (own / member).write_bytes(source.read())
            (own / member).replace(folder / member)
    shutil.rmtree(own)
    return folder


@lru_cache(maxsize=2)
def description(file: Path) -> Description:
    return Description(json.loads(file.read_text(encoding="utf-8")))


class Description:
    """Finds the operation of a request, and says what in a request or answer breaks it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = _as_json_schema(document)
        resource = Resource.from_contents(self.document, default_specification=DRAFT4)
        self._registry: Registry[Any] = Registry().with_resource("urn:github", resource)

    @cached_property
    def _templates(self) -> list[tuple[re.Pattern[str], str]]:
        found = []
        for template in self.document["paths"]:
            # A ref (`heads/feature/x`) is the one parameter with slashes in it.
            pattern = re.escape(template).replace(r"\{ref\}", "(.+)")
            pattern = re.sub(r"\\\{\w+\\\}", "([^/]+)", pattern)
            found.append((re.compile(pattern), template))
        # The most literal template wins, as in any router.
        return sorted(found, key=lambda item: item[1].count("{"))

    def operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        for pattern, template in self._templates:
            if pattern.fullmatch(path) and method.lower() in self.document["paths"][template]:
                return template, self.document["paths"][template][method.lower()]
        return None

    def request_errors(self, method: str, url: str, body: Any) -> list[str]:
        parts = urlsplit(url)
        found = self.operation(method, parts.path)
        if found is None:
            return [f"{method} {parts.path} is no operation"]
        template, operation = found
        errors = []
        parameters = [self._resolve(one) for one in operation.get("parameters", [])]
        query = {one["name"]: one for one in parameters if one["in"] == "query"}
        for name, values in parse_qs(parts.query, keep_blank_values=True).items():
            if name not in query:
                errors.append(f"{template} takes no query parameter {name}")
                continue
            errors += self._errors(query[name]["schema"], _typed(values[0], query[name]["schema"]), name)
        names = re.findall(r"\{(\w+)\}", template)
        matched = next(pattern for pattern, one in self._templates if one == template).fullmatch(parts.path)
        assert matched is not None
        for name, value in zip(names, matched.groups(), strict=True):
            schema = next(one["schema"] for one in parameters if one["in"] == "path" and one["name"] == name)
            errors += self._errors(schema, _typed(unquote(value), schema), name)
        content = self._resolve(operation.get("requestBody", {})).get("content", {})
        if "application/json" in content:
            schema = content["application/json"]["schema"]
            errors += self._errors(schema, body, "body")
            known = schema.get("properties")
            if known is not None and isinstance(body, dict):
                errors += [f"{template} takes no member {name}" for name in sorted(set(body) - set(known))]
        elif body is not None:
            errors.append(f"{template} takes no body")
        return errors

    def answer_errors(self, method: str, path: str, status: int, body: Any) -> list[str]:
        found = self.operation(method, path)
        if found is None:
            return []
        responses = found[1]["responses"]
        if str(status) not in responses:
            # Failures that any operation may give (401, 429, 5xx) stand in no operation's list.
            return [] if status >= 400 else [f"{method} {path} never answers {status}"]
        content = self._resolve(responses[str(status)]).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        return self._errors(schema, body, f"{status}") if schema is not None else []

    def example(self, name: str) -> Any:
        return json.loads(json.dumps(self.document["components"]["examples"][name]["value"]))

    def _resolve(self, value: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in value:
            return value
        found: Any = self.document
        for step in value["$ref"].removeprefix("urn:github#/").split("/"):
            found = found[step]
        return self._resolve(found)

    def _errors(self, schema: Any, value: Any, where: str) -> list[str]:
        validator = jsonschema.Draft4Validator(schema, registry=self._registry)
        return [f"{where}: {error.message[:300]}" for error in validator.iter_errors(value)]


def _typed(text: str, schema: dict[str, Any]) -> Any:
    if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    return text == "true" if schema.get("type") == "boolean" and text in ("true", "false") else text


def _as_json_schema(value: Any) -> Any:
    """OpenAPI 3.0 with `nullable` written as JSON Schema has it, and references made absolute."""
    if isinstance(value, list):
        return [_as_json_schema(item) for item in value]
    if not isinstance(value, dict):
        return value
    out = {key: _as_json_schema(item) for key, item in value.items()}
    if isinstance(out.get("$ref"), str):
        out["$ref"] = out["$ref"].replace("#/", "urn:github#/", 1)
    if out.get("nullable") is True:
        for union in ("anyOf", "oneOf", "allOf"):
            if union in out:
                return {"anyOf": [{"type": "null"}, out]}
        if isinstance(out.get("type"), str):
            out["type"] = [out["type"], "null"]
            if "enum" in out and None not in out["enum"]:
                out["enum"] = [*out["enum"], None]
    return out
