# ruff: noqa: PTH119, PTH120, PTH123, PTH208
"""Runs the action on many checkouts, one job each, inside one container of the image; prints a line of JSON for each.

usage: python3 hostile_driver.py FOLDER PARALLEL BOUND

Below FOLDER each input has a folder `NAME/repository`. Memory is the highest that the action's own process has had.
"""

import json
import os
import re
import subprocess
import sys
import threading
import time

LOOK_SECONDS = 0.005
SECRET = "s3cr3t_word"


def job(folder: str, bound: str) -> dict[str, object]:
    here = os.path.dirname(folder)
    for name in ("output", "summary", "env", "path", "event"):
        with open(f"{here}/{name}", "w") as file:
            file.write("{}" if name == "event" else "")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": here,
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "acme/flow",
        "GITHUB_SHA": "c" * 40,
        "GITHUB_RUN_ID": "42",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_API_URL": "http://127.0.0.1:9",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_EVENT_PATH": f"{here}/event",
        "GITHUB_WORKSPACE": folder,
        "GITHUB_OUTPUT": f"{here}/output",
        "GITHUB_STEP_SUMMARY": f"{here}/summary",
        "GITHUB_ENV": f"{here}/env",
        "GITHUB_PATH": f"{here}/path",
        "ACTIONS_RUNTIME_TOKEN": SECRET,
        "INPUT_TOKEN": SECRET,
        "PRISMA_DRIFT_TIMEOUT": bound,
        "PRISMA_DRIFT_API_TIMEOUT": "1",
        "PRISMA_DRIFT_API_PATIENCE": "0",
    }
    started = time.monotonic()
    with open(f"{here}/log", "wb") as log:
        process = subprocess.Popen(
            ["prisma-drift", "action"],
            env=environment,
            cwd=folder,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
        peak = 0
        while process.poll() is None:
            peak = max(peak, highest(process.pid))
            time.sleep(LOOK_SECONDS)
    return {
        "name": os.path.basename(here),
        "code": process.returncode,
        "seconds": round(time.monotonic() - started, 2),
        "peak": peak,
    }


def highest(pid: int) -> int:
    """KiB of the process at its largest so far."""
    try:
        with open(f"/proc/{pid}/status") as told:
            found = re.search(r"VmHWM:\s+(\d+)", told.read())
    except OSError:
        return 0
    return int(found[1]) if found else 0


def main(top: str, parallel: int, bound: str) -> None:
    waiting = sorted(os.listdir(top), reverse=True)
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                if not waiting:
                    return
                name = waiting.pop()
            done = job(f"{top}/{name}/repository", bound)
            with lock:
                print(json.dumps(done), flush=True)

    threads = [threading.Thread(target=work) for _ in range(parallel)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = [name for name in os.listdir("/tmp") if name.startswith("prisma-drift-")]
    running = [pid for pid in os.listdir("/proc") if pid.isdigit() and "postgres" in command(pid)]
    segments = [name for name in os.listdir("/dev/shm") if name.startswith(("PostgreSQL", "prisma-drift-"))]
    print(json.dumps({"left": [*left, *segments], "running": running}))


def command(pid: str) -> str:
    try:
        with open(f"/proc/{pid}/cmdline") as told:
            return told.read()
    except OSError:
        return ""


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
