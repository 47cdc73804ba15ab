"""Paths short enough for sockets, folders nobody else has put there, secrets made once."""

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from outreach_admin.embedded import folders
from outreach_admin.exceptions import ServerRefused


def test_the_path_of_a_socket_is_short_however_deep_the_data_lies(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/" + "/".join(["deeper"] * 20))

    folder = folders.socket_folder(Path("/" + "/".join(["folder"] * 60)))

    assert len(os.fsencode(folder / folders.LONGEST_SOCKET_NAME)) <= folders.SOCKET_PATH_LIMIT


def test_each_data_folder_has_a_socket_folder_of_its_own():
    assert folders.socket_folder(Path("/srv/one")) != folders.socket_folder(Path("/srv/two"))


def test_a_link_in_the_place_of_the_socket_folder_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "ours").symlink_to(tmp_path / "theirs")

    with pytest.raises(ServerRefused, match="belongs to somebody else"):
        folders.claim(tmp_path / "ours", owner=None)


def test_a_secret_is_made_once_however_many_ask_at_the_same_time(tmp_path):
    with ThreadPoolExecutor(8) as crowd:
        answers = set(
            crowd.map(lambda _: folders.Secrets(tmp_path / "secrets.json").get("key"), range(40))
        )

    assert len(answers) == 1
    assert len(answers.pop()) >= 64


def test_a_second_secret_leaves_the_first_as_it_was(tmp_path):
    kept = folders.Secrets(tmp_path / "secrets.json")
    first = kept.get("first")

    kept.get("second")

    assert kept.get("first") == first
