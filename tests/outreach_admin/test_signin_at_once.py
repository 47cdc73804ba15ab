"""Guesses that come at once are counted as those that come one after the other."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

pytestmark = pytest.mark.usefixtures("committed_db")

PASSWORD = "quite-a-long-password"
AT_ONCE = 40
LOOKED_AT = 5


class WatchedHasher(Argon2PasswordHasher):
    """Argon2 that keeps which passwords it was given to look at."""

    looked_at: list[str] = []

    def verify(self, password: str, encoded: str) -> bool:
        self.looked_at.append(password)
        return super().verify(password, encoded)


@pytest.fixture(autouse=True)
def ops(committed_db, settings) -> User:
    settings.PASSWORD_HASHERS = [f"{__name__}.WatchedHasher"]
    WatchedHasher.looked_at.clear()
    return User.objects.create_user("ops", password=PASSWORD)


def statuses_of(passwords: list[str]) -> list[int]:
    """Send each password from a thread of its own, all at the same moment."""
    ready = threading.Barrier(len(passwords))

    def guess(password: str) -> int:
        try:
            connections["default"].ensure_connection()
            ready.wait(60)
            form = {"username": "ops", "password": password}
            return Client().post("/sign-in/", form).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(passwords)) as people:
        return list(people.map(guess, passwords))


def test_of_forty_wrong_passwords_at_once_five_are_looked_at():
    found = Counter(statuses_of(["guessed"] * AT_ONCE))

    assert found == {200: LOOKED_AT - 1, 429: AT_ONCE - LOOKED_AT + 1}
    assert WatchedHasher.looked_at == ["guessed"] * LOOKED_AT


def test_a_right_password_among_many_at_once_does_not_pass_a_closed_door():
    statuses_of(["guessed"] * LOOKED_AT)

    assert set(statuses_of(["guessed", PASSWORD] * 10)) == {429}


def test_right_passwords_at_once_all_open():
    assert statuses_of([PASSWORD] * 10) == [302] * 10
