"""A user without a name: told what is missing, or given a name by the library that is there for it."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from prisma_drift.errors import ServerError
from prisma_drift.postgres.server import installation
from prisma_drift.postgres.server.supervisor import names


@pytest.fixture
def nameless(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", nobody)


def test_a_user_with_a_name_needs_nothing() -> None:
    assert installation.name_giver() == ""


def test_a_user_without_one_is_told_what_is_missing(nameless: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "_WRAPPERS", ())
    with pytest.raises(ServerError) as told:
        installation.name_giver()
    assert told.value.id == "user-unfit" and f"The user {os.geteuid()} has no name" in told.value.message


def test_the_library_that_is_there_is_taken(
    nameless: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    library = tmp_path / "libnss_wrapper.so"
    library.touch()
    monkeypatch.setattr(installation, "_WRAPPERS", (str(library),))
    assert installation.name_giver() == str(library)


def test_the_server_gets_names_from_its_own_folder_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_PRELOAD", "/lib/names.so")
    monkeypatch.setenv("NSS_WRAPPER_GROUP", "/root/group")
    monkeypatch.setenv("NSS_WRAPPER_PASSWD", "/elsewhere/passwd")
    assert names("/root") == {}
    monkeypatch.setenv("NSS_WRAPPER_PASSWD", "/root/passwd")
    assert set(names("/root")) == {"LD_PRELOAD", "NSS_WRAPPER_PASSWD", "NSS_WRAPPER_GROUP"}
