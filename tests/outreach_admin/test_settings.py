"""Settings of a production environment: secure by default, complete or refused."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from http.client import HTTPMessage

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password

from tests.browser import serving
from tests.servers import ROOT

GIVEN = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "HTTPS",
    "STATIC_HASHED",
    "LOG_LEVEL",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
)
PRODUCTION = {
    "DATABASE_URL": "postgres://app:word@db.example/outreach",
    "REDIS_URL": "redis://cache.example/0",
    "ALLOWED_HOSTS": "ops.example",
}
SECRET = "0123456789" * 6
BEHIND_A_PROXY = {"HTTPS": "true", "TRUST_PROXY": "true"}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command with only these settings in its environment."""
    inherited = {name: text for name, text in os.environ.items() if name not in GIVEN}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=inherited | environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def answer(django_db_setup) -> Iterator[HTTPMessage]:
    """The headers of the sign-in page as a browser gets them through a proxy that speaks HTTPS."""
    with serving(BEHIND_A_PROXY) as site:
        request = urllib.request.Request(f"{site}/sign-in/", headers={"X-Forwarded-Proto": "https"})
        with urllib.request.urlopen(request, timeout=20) as page:
            yield page.headers


def test_the_deployment_check_finds_nothing():
    checked = manage("check", "--deploy", "--fail-level=WARNING", SECRET_KEY=SECRET, **PRODUCTION)

    assert (checked.returncode, checked.stdout.strip()) == (
        0,
        "System check identified no issues (0 silenced).",
    ), checked.stderr


def test_nothing_of_the_local_servers_is_imported_where_others_are_given():
    seen = manage(
        "shell",
        "--command=import sys; print([n for n in sys.modules if 'embedded' in n])",
        "--verbosity=0",
        SECRET_KEY=SECRET,
        **PRODUCTION,
    )

    assert seen.stdout.strip() == "[]", seen.stderr


def test_an_external_database_asks_for_a_secret_key():
    refused = manage("check", **PRODUCTION)

    assert refused.returncode != 0
    assert "SECRET_KEY" in refused.stderr


def test_debug_is_off_unless_asked_for():
    assert (
        manage(
            "shell",
            "--command=from django.conf import settings as s; print(s.DEBUG)",
            "--verbosity=0",
            SECRET_KEY=SECRET,
            **PRODUCTION,
        ).stdout.strip()
        == "False"
    )


def test_passwords_are_kept_with_argon2():
    assert make_password("quite-a-long-password").startswith("argon2")


def test_the_policy_allows_what_comes_from_here_and_nothing_inline(answer):
    policy = dict(
        part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";")
    )

    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == policy["form-action"] == "'self'"
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_the_browser_is_told_to_come_by_https_for_a_year(answer):
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_the_other_headers_that_close_doors_are_there(answer):
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_cookies_travel_by_https_and_no_script_reads_them(answer):
    cookie = answer["Set-Cookie"]

    assert cookie.startswith("csrftoken=")
    assert all(word in cookie for word in ("; Secure", "; HttpOnly", "; SameSite=Lax"))
    assert settings.SESSION_COOKIE_HTTPONLY and settings.SESSION_COOKIE_SAMESITE == "Lax"


def test_a_request_without_https_is_sent_there(django_db_setup):
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args, **kwargs):
            return None

    with serving(BEHIND_A_PROXY) as site, pytest.raises(urllib.error.HTTPError) as moved:
        urllib.request.build_opener(Stay).open(f"{site}/sign-in/", timeout=20)

    assert moved.value.code == 301
    assert moved.value.headers["Location"] == site.replace("http:", "https:") + "/sign-in/"
    moved.value.close()
