# ruff: noqa: PTH100, PTH120, PTH108, PTH118, PTH114, PTH106, PTH123, PTH110, S606
"""Runs one private Postgres server, and removes it with its folder when the parent closes the pipe; a script.

The parent holds the writing end of standard input and nothing else does: however the parent ends, the pipe closes,
and this process stops the server and removes the folder. It imports little, since it stands in the way of every start.

Arguments: ROOT UID GID LIMIT PACK INITDB-COMMAND... -- POSTGRES-COMMAND...
UID -1 keeps the user; LIMIT is the number of bytes that ROOT may hold; PACK is a descriptor of a data folder that takes
the place of initdb's, -1 for none. The parent makes ROOT and says `go` when its files are there. Answers on standard
output, one a line: `ready`, or `failed initdb|postgres|disk`. At `rest` the server is stopped so that its files are whole
(`resting`, or `failed rest`), and started again at the next `go`.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time

STARTING_POLL_MS = 2
RUNNING_POLL_MS = 200
COUNT_SECONDS = 5.0
"""How often the folder's files are counted even if the file system seems to have lost no space."""
STOP_SECONDS = 8.0
MEMORY_BYTES = 2 << 30


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Stop(BaseException):
    """The parent has gone, or somebody asked this process to end."""


def spawn(
    command: list[str], root: str, uid: int, gid: int, instead: Callable[[str], None] | None = None
) -> tuple[int, int]:
    """Starts a program as the unprivileged user; its pid, and a descriptor that hangs up when it and its children end.

    With `instead` it is this one, which has that make the data folder and ends.
    """
    alive, held = os.pipe()
    pid = os.fork()
    if pid:
        os.close(held)
        return pid, alive
    try:
        import resource

        os.set_inheritable(held, True)
        os.setsid()
        if uid >= 0:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        os.umask(0o077)
        if sys.platform == "linux":
            # private memory of one process; shared memory does not count, unlike with RLIMIT_AS
            hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
            bound = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_BYTES, hard)
            resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))
            # The parent may have bounded its own address space.
            hard = resource.getrlimit(resource.RLIMIT_AS)[1]
            resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.chdir(root)
        log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        if instead:
            instead(root + "/data")
            os._exit(0)
        os.execve(command[0], command, {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin", **names(root)})
    except BaseException as error:
        os.write(2, f"{command[0]}: {error}\n".encode())
    os._exit(127)


def names(root: str) -> dict[str, str]:
    """What gives the user a name by files of the folder; nothing where the parent has not set it."""
    if os.environ.get("NSS_WRAPPER_PASSWD") != root + "/passwd":
        return {}
    return {one: os.environ[one] for one in ("LD_PRELOAD", "NSS_WRAPPER_PASSWD", "NSS_WRAPPER_GROUP")}


def unpacker(pack: int) -> Callable[[str], None] | None:
    """What makes the data folder from a pack; read while this user is one that may read it, and our own text."""
    if pack < 0:
        return None
    if __package__:
        # The standalone build has no files: it imports this one as a part of the program.
        from .packing import Pack
    else:
        # Behind the standard library, whose names win.
        sys.path.append(os.path.dirname(os.path.abspath(__file__)))
        from packing import Pack  # type: ignore[import-not-found, no-redef]

    made: Callable[[str], None] = Pack(pack).unpack
    return made


def folder_size(root: str) -> int:
    """Bytes that the folder's files take on disk."""
    total = 0
    pending = [root]
    while pending:
        with contextlib.suppress(OSError), os.scandir(pending.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
    return total


class SpaceGuard:
    """Says when the folder holds more than it may, and counts its thousands of files only where that may be."""

    def __init__(self, root: str, limit: int) -> None:
        self._root, self._limit = root, limit
        self._size, self._free, self._counted = 0, 0, 0.0

    def exceeded(self) -> bool:
        room = os.statvfs(self._root)
        free = room.f_bfree * room.f_frsize
        # what anybody has written since is less than what the folder may still grow by
        calm = self._free - free < (self._limit - self._size) // 2
        if not calm or time.monotonic() - self._counted > COUNT_SECONDS:
            self._size, self._free, self._counted = folder_size(self._root), free, time.monotonic()
        return self._size > self._limit


def remove(root: str) -> None:
    """Removes the folder, as far as that is possible."""
    for folder, folders, files in os.walk(root, topdown=False):
        for name in files:
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(folder, name))
        for name in folders:
            path = os.path.join(folder, name)
            with contextlib.suppress(OSError):
                (os.unlink if os.path.islink(path) else os.rmdir)(path)
    with contextlib.suppress(OSError):
        os.rmdir(root)


def hung_up(descriptor: int, timeout_ms: int) -> bool:
    """Whether the pipe has no writer any more; waits up to the timeout."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return any(not os.read(fd, 4096) for fd, event in poll.poll(timeout_ms) if event)


def say(line: str) -> None:
    with contextlib.suppress(OSError):
        os.write(1, (line + "\n").encode())


def stop(pid: int, alive: int, root: str) -> None:
    """Ends the server at once; by force where it does not heed that. Its tables go meanwhile: it writes none any more."""
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGQUIT)
    remove(root + "/data/base")
    if not hung_up(alive, int(STOP_SECONDS * 1000)):
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.waitpid(pid, 0)


def wait_for_go() -> None:
    """Returns when the parent has written its files, or wants the server again."""
    if not os.read(0, 16):
        raise Stop


def run_initdb(
    command: list[str], root: str, uid: int, gid: int, instead: Callable[[str], None] | None
) -> bool:
    pid, alive = spawn(command, root, uid, gid, instead)
    try:
        poll = select.poll()
        poll.register(0, select.POLLIN)
        poll.register(alive, select.POLLIN)
        while True:
            events = dict(poll.poll())
            if 0 in events and not os.read(0, 4096):
                raise Stop
            if alive in events:
                status = os.waitpid(pid, 0)[1]
                pid = 0
                return status == 0
    finally:
        if pid:
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
            hung_up(alive, int(STOP_SECONDS * 1000))
        os.close(alive)


def stop_whole(pid: int, alive: int) -> int | None:
    """Ends the server as an administrator would, with all that it has to write; its status, None where it goes on."""
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGINT)
    return os.waitpid(pid, 0)[1] if hung_up(alive, int(STOP_SECONDS * 1000)) else None


def run_postgres(command: list[str], root: str, uid: int, gid: int, limit: int) -> bool:
    """Keeps the server until the parent goes, or wants it at rest: True; says why where it ended earlier."""
    pid, alive = spawn(command, root, uid, gid)
    ready, guard = False, SpaceGuard(root, limit)
    try:
        poll = select.poll()
        poll.register(0, select.POLLIN)
        poll.register(alive, select.POLLIN)
        while True:
            events = dict(poll.poll(RUNNING_POLL_MS if ready else STARTING_POLL_MS))
            if 0 in events:
                if not os.read(0, 4096):
                    raise Stop
                status = stop_whole(pid, alive)
                if status is not None:
                    pid = 0
                say("resting" if status == 0 else "failed rest")
                return status == 0
            if alive in events:
                say("failed postgres")
                return False
            if ready:
                if guard.exceeded():
                    # said first: the parent asks as soon as its connection breaks
                    say("failed disk")
                    return False
            else:
                with contextlib.suppress(OSError), open(root + "/data/postmaster.pid") as file:
                    if file.read().rstrip().endswith("ready"):
                        ready = True
                        say("ready")
    finally:
        if pid:
            stop(pid, alive, root)
        os.close(alive)


def main(arguments: list[str]) -> None:
    root = arguments[0]
    uid, gid, limit, pack = map(int, arguments[1:5])
    split = arguments.index("--")
    initdb, postgres = arguments[5:split], arguments[split + 1 :]

    def on_signal(number: int, frame: object) -> None:
        raise Stop

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    try:
        unpack = unpacker(pack)
        wait_for_go()
        made = run_initdb(initdb, root, uid, gid, unpack)
        if pack >= 0:
            os.close(pack)
        if not made:
            say("failed initdb")
        else:
            os.unlink(root + "/password")
            while run_postgres(postgres, root, uid, gid, limit):
                wait_for_go()
        # the parent reads the log before it lets go
        while not hung_up(0, 1000):
            pass
    except Stop:
        pass
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        deadline = time.monotonic() + 2
        remove(root)
        while os.path.exists(root) and time.monotonic() < deadline:
            time.sleep(0.01)
            remove(root)


if __name__ == "__main__":
    main(sys.argv[1:])
