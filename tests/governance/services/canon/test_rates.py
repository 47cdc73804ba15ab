"""Buckets in Redis: what is taken comes back a span later, by the clock of Redis."""

import pytest

from governance.reference.sync import TOOLBOX
from governance.services.canon import rates
from governance.toolbox import reading

TOOLS = {one.slug: one for one in reading.read(TOOLBOX.read_text()).tools.values()}
SCRAPER = TOOLS["scraper-api"]
SMTP = TOOLS["smtp-check"]
KEY = f"{rates.KEY}:scraper-api:10 per second:"


@pytest.fixture(autouse=True)
def ready(redis_server, monkeypatch):
    monkeypatch.setattr(rates.Pause, "until", 0.0)


def take(tool=SCRAPER, domain="", calls=1, mark="mark") -> rates.Share:
    return rates.take(tool, domain, calls=calls, mark=mark)


def seconds_ago(redis_server, seconds: float) -> None:
    """Let all that was taken have been taken earlier."""
    micros = round(seconds * rates.MICROS)
    for member in redis_server.zrange(KEY, 0, -1):
        redis_server.zincrby(KEY, -micros, member)


def test_no_more_is_taken_than_there_is():
    assert take(calls=7, mark="a").calls == 7
    assert take(calls=7, mark="b").calls == 3

    refused = take(mark="c")

    assert refused.calls == 0 and 0 < refused.wait <= rates.MICROS


def test_what_was_taken_comes_back_after_the_span_and_not_before(redis_server):
    take(calls=10)
    redis_server.persist(KEY)

    seconds_ago(redis_server, 0.5)
    assert take(mark="early").wait <= rates.MICROS / 2
    seconds_ago(redis_server, 1)

    assert take(calls=20, mark="late").calls == 10


def test_what_is_put_back_can_be_taken_again_and_only_once():
    take(calls=10, mark="a")

    rates.put_back(SCRAPER, "", ["a:0", "a:1", "never taken:0"])
    rates.put_back(SCRAPER, "", ["a:0"])

    assert take(calls=10, mark="b").calls == 2


def test_each_domain_has_a_bucket_of_its_own():
    assert take(SMTP, "acme.example").calls == 1
    assert take(SMTP, "acme.example", mark="again").calls == 0
    assert take(SMTP, "globex.example").calls == 1


def test_what_has_no_rate_is_not_asked_of_redis(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert take(TOOLS["retell-caller"]).calls == 1
    assert rates.Pause.until == 0.0


def test_while_redis_is_away_all_goes_on_to_the_ledger_and_redis_is_left_alone(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert take(calls=99).calls == 99
    assert rates.Pause.until > 0
    rates.put_back(SCRAPER, "", ["a:0"])
