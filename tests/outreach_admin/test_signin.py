"""Signing in: the right password opens, guessing is stopped."""

import pytest
from django.contrib.auth.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "quite-a-long-password"


@pytest.fixture(autouse=True)
def ops(settings):
    """Somebody to sign in as, whose password costs nothing to check."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return User.objects.create_user("ops", password=PASSWORD)


def sign_in(client, password, username="ops"):
    return client.post("/sign-in/", {"username": username, "password": password})


def test_the_right_password_opens_the_console(client):
    answer = sign_in(client, PASSWORD)

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_the_fifth_wrong_password_closes_the_door(client):
    answers = [sign_in(client, "guessed").status_code for _ in range(5)]

    assert answers == [200, 200, 200, 200, 429]


def test_the_closed_door_stays_closed_for_the_right_password(client):
    for _ in range(5):
        sign_in(client, "guessed")

    answer = sign_in(client, PASSWORD)

    assert answer.status_code == 429
    assert "Too many tries" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_somebody_else_at_the_same_address_may_still_sign_in(client):
    User.objects.create_user("manager", password=PASSWORD)
    for _ in range(5):
        sign_in(client, "guessed")

    assert sign_in(client, PASSWORD, username="manager").status_code == 302


def test_a_success_forgets_the_failures_before_it(client):
    for _ in range(4):
        sign_in(client, "guessed")
    sign_in(client, PASSWORD)
    client.logout()

    assert [sign_in(client, "guessed").status_code for _ in range(4)] == [200] * 4


@pytest.mark.parametrize("letters", [151, 256, 100_000])
def test_a_name_longer_than_any_persons_is_refused_like_a_wrong_one(client, letters):
    answer = sign_in(client, PASSWORD, username="o" * letters)

    assert answer.status_code == 200
    assert "at most 150 characters" in answer.content.decode()


@pytest.mark.parametrize("key", ["abcdefgh\0ijkl", "abcdefgh'--", "ä" * 32, "a" * 5000])
def test_a_session_that_cannot_be_ours_is_no_session(client, key):
    client.cookies["sessionid"] = key

    assert client.get("/").headers["Location"] == "/sign-in/?next=/"


def forwarded(client, password, said):
    return client.post(
        "/sign-in/", {"username": "ops", "password": password}, headers={"X-Forwarded-For": said}
    ).status_code


def test_behind_a_proxy_whoever_guesses_locks_out_nobody_elsewhere(client, settings):
    settings.AXES_CLIENT_IP_CALLABLE = "outreach_admin.signin.address_behind_proxy"

    tries = [forwarded(client, "guessed", f"10.0.0.{number}, 192.0.2.1") for number in range(5)]

    assert tries == [200, 200, 200, 200, 429]
    assert forwarded(client, PASSWORD, "192.0.2.1") == 429
    assert forwarded(client, PASSWORD, "192.0.2.1, 192.0.2.2") == 302


@pytest.mark.parametrize("said", ["", "no address", "10.0.0.1, ", "\u0661"])
def test_what_is_no_address_counts_as_the_proxys(client, settings, said):
    settings.AXES_CLIENT_IP_CALLABLE = "outreach_admin.signin.address_behind_proxy"

    assert [forwarded(client, "guessed", said) for _ in range(5)] == [200, 200, 200, 200, 429]


def test_without_a_proxy_nobody_chooses_an_address(client):
    for number in range(5):
        forwarded(client, "guessed", f"192.0.2.{number}")

    assert forwarded(client, PASSWORD, "192.0.2.9") == 429
