"""An npm registry of a folder of tarballs, on the loopback address: what a package manager asks of one, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote


class Registry:
    """The packages of a folder."""

    def __init__(self, folder: Path) -> None:
        self.tarballs = {file.name: file for file in sorted(folder.glob("*.tgz"))}
        self.manifests = {name: _manifest(file) for name, file in self.tarballs.items()}
        self.asked: list[str] = []
        self.url = ""

    def packument(self, package: str) -> dict[str, Any] | None:
        """All that is told of a package."""
        versions = {}
        for name, manifest in self.manifests.items():
            if manifest["name"] == package:
                data = self.tarballs[name].read_bytes()
                dist = {
                    "tarball": f"{self.url}/-/{name}",
                    "shasum": hashlib.sha1(data).hexdigest(),
                    "integrity": "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode(),
                }
                versions[manifest["version"]] = {
                    **manifest,
                    "_id": f"{package}@{manifest['version']}",
                    "dist": dist,
                }
        if not versions:
            return None
        times = dict.fromkeys((*versions, "created", "modified"), "2024-01-01T00:00:00.000Z")
        return {"name": package, "dist-tags": {"latest": max(versions)}, "versions": versions, "time": times}


def _manifest(tarball: Path) -> dict[str, Any]:
    with tarfile.open(tarball) as opened:
        file = opened.extractfile("package/package.json")
        assert file is not None
        manifest: dict[str, Any] = json.load(file)
    return manifest


@contextmanager
def serve(folder: Path) -> Iterator[Registry]:
    """The registry, for the length of the block."""
    registry = Registry(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(self.path.partition("?")[0]).strip("/")
            registry.asked.append(path)
            if path.startswith("-/") and path[2:] in registry.tarballs:
                self._send(registry.tarballs[path[2:]].read_bytes(), "application/octet-stream")
            elif (told := registry.packument(path)) is not None:
                self._send(json.dumps(told).encode(), "application/json")
            else:
                self.send_error(404)

        def _send(self, data: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        registry.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield registry
        finally:
            server.shutdown()
            thread.join()
