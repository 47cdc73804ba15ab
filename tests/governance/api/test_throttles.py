"""How often a token may call."""

import pytest

from governance.models import TokenRefusal
from tests import make
from tests.callers import Caller

ERRORS = "/api/errors/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def two_a_minute(settings, redis_server) -> None:
    settings.API_REQUESTS_A_MINUTE = 2


def test_one_too_many_is_refused_with_the_seconds_to_wait(two_a_minute):
    caller = Caller(make.viewer())
    passed = [caller.get(ERRORS).status_code for _ in range(2)]

    answer = caller.get(ERRORS)

    assert passed == [200, 200] and answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert TokenRefusal.objects.get().reason == "throttled"


def test_each_token_is_counted_by_itself(two_a_minute):
    account = make.viewer()
    one, other = Caller(account), Caller(account)
    for _ in range(2):
        one.get(ERRORS)

    assert (one.get(ERRORS).status_code, other.get(ERRORS).status_code) == (429, 200)


def test_a_refused_request_does_nothing(settings, redis_server):
    settings.ROOT_URLCONF = "tests.outreach_admin.api.probes"
    settings.API_REQUESTS_A_MINUTE = 0
    from tests.outreach_admin.api.probes import made

    answer = Caller(make.triager(), "triage").post("/api/probe/making/")

    assert (answer.status_code, made()) == (429, 0)


def test_without_redis_calls_pass(settings):
    settings.API_REQUESTS_A_MINUTE = 0
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert Caller(make.viewer()).get(ERRORS).status_code == 200
