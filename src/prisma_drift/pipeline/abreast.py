"""Projects side by side: each in a process of its own, as many at a time as there are processors.

A process is a copy of this one (fork), so that nothing has to be started or read again. It gets one number after the
other through a pipe, and gives back what the work made of it. However this process ends, the pipe closes, and the
others end with it, each with its own server.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, NoReturn, TypeVar

from ..errors import DriftError
from ..model.values import mutable

T = TypeVar("T")
_NUMBER = struct.Struct("<q")
_QUOTA = "/sys/fs/cgroup/cpu.max"
_LATER_SECONDS = 20.0
"""How much longer than its parts the whole may take: they end by their own clocks, with a report."""


class LostError(DriftError):
    """A process ended without an answer."""

    id = "check-lost"


@mutable
class _Worker:
    pid: int
    tasks: int
    """Descriptor to write numbers to."""
    answers: IO[bytes]
    busy: int = -1
    """The number that it works on; -1 for none."""


def processors() -> int:
    """How many processors this process may use, by its affinity and by the quota of its control group."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError), open(_QUOTA, encoding="ascii") as file:  # noqa: PTH123
        quota, period = file.read().split()
        if quota != "max":
            count = min(count, max(1, int(quota) // int(period)))
    return count


def can_fork() -> bool:
    """Whether copies of this process can work: only on Linux, since macOS' libraries do not all survive a fork."""
    return sys.platform == "linux"


def abreast(
    count: int, work: Callable[[int], T], workers: int, done: Callable[[int], None] = lambda _: None
) -> list[T]:
    """`work` of each number below `count`, in that order; `done` is called with how many are ready.

    An error of `work`, in whichever process, is raised here; LostError where a process was killed. `work` must not
    write to standard output.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    remaining = signal.getitimer(signal.ITIMER_REAL)[0]
    team: list[_Worker] = []
    answers: dict[int, T] = {}
    try:
        for _ in range(min(workers, count)):
            team.append(_hire(team, work, remaining))
        if remaining:
            signal.setitimer(signal.ITIMER_REAL, remaining + _LATER_SECONDS)
        waiting = iter(range(count))
        for worker in team:
            _give(worker, waiting)
        done(0)
        while any(worker.busy >= 0 for worker in team):
            ready, _, _ = select.select([one.answers for one in team if one.busy >= 0], [], [])
            for worker in [one for one in team if one.answers in ready]:
                answers[worker.busy] = _answer(worker)
                done(len(answers))
                _give(worker, waiting)
    finally:
        _dismiss(team)
        if remaining:
            signal.setitimer(signal.ITIMER_REAL, remaining)
    return [answers[number] for number in range(count)]


def _hire(team: Sequence[_Worker], work: Callable[[int], T], remaining: float) -> _Worker:
    task_reader, task_writer = os.pipe()
    answer_reader, answer_writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(task_reader)
        os.close(answer_writer)
        return _Worker(pid, task_writer, os.fdopen(answer_reader, "rb"))
    # What belongs to the others would keep their pipes open when this program ends.
    for number in (task_writer, answer_reader, *(one.tasks for one in team)):
        os.close(number)
    for one in team:
        one.answers.close()
    return _serve(work, task_reader, answer_writer, remaining)


def _serve(work: Callable[[int], T], tasks: int, answers: int, remaining: float) -> NoReturn:
    """The whole life of a worker."""
    status = 1
    try:
        if remaining:
            signal.setitimer(signal.ITIMER_REAL, remaining, 5.0)
        while data := os.read(tasks, _NUMBER.size):
            try:
                answer: tuple[bool, object] = True, work(_NUMBER.unpack(data)[0])
            except Exception as error:
                answer = False, _portable(error)
            _write(answers, pickle.dumps(answer))
        status = 0
    except (OSError, KeyboardInterrupt):
        pass  # the parent has gone, or tells of it
    except SystemExit as stopped:
        status = stopped.code if isinstance(stopped.code, int) else 1
    finally:
        os._exit(status)


def _portable(error: Exception) -> Exception:
    """The error, or one with its words where it cannot be sent."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  our own bytes
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _write(number: int, data: bytes) -> None:
    rest = memoryview(_NUMBER.pack(len(data)) + data)
    while rest:
        rest = rest[os.write(number, rest) :]


def _give(worker: _Worker, waiting: Iterator[int]) -> None:
    worker.busy = next(waiting, -1)
    if worker.busy >= 0:
        os.write(worker.tasks, _NUMBER.pack(worker.busy))


def _answer(worker: _Worker) -> Any:
    head = worker.answers.read(_NUMBER.size)
    size = _NUMBER.unpack(head)[0] if len(head) == _NUMBER.size else 0
    data = worker.answers.read(size)
    if not size or len(data) < size:
        raise LostError(
            "A process that checked one of the projects was killed.",
            hint="There may be too little memory for several projects at once: --jobs 1 checks one after the other.",
        )
    fine, answer = pickle.loads(data)  # noqa: S301  from a copy of this process
    if not fine:
        raise answer
    return answer


def _dismiss(team: Sequence[_Worker]) -> None:
    """Ends the workers: who has nothing to do leaves by itself, the others are told to."""
    for worker in team:
        os.close(worker.tasks)
        worker.answers.close()
        if worker.busy >= 0:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGTERM)
    for worker in team:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(worker.pid, 0)
