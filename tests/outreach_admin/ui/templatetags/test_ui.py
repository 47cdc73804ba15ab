"""Template tags write what the templates cannot decide."""

from datetime import UTC, datetime

from django.template import Context, Template
from django.test import RequestFactory

NOW = datetime(2026, 2, 2, 13, 25, 40, tzinfo=UTC)


def write(text: str, path: str = "/", **context) -> str:
    request = RequestFactory().get(path)
    return Template("{% load ui %}" + text).render(
        Context({"request": request, "as_of": NOW, **context})
    )


def test_query_replaces_drops_and_keeps():
    written = write('{% query "after" sort="-seen" code=None %}', "/?code=A&q=x&after=c&sort=seen")

    assert written == "?q=x&amp;sort=-seen"


def test_query_takes_a_python_word_with_an_underscore():
    assert write('{% query except_="1" %}') == "?except=1"


def test_query_escapes_hostile_values():
    assert "<" not in write("{% query %}", '/?q="><script>')


def test_query_fields_keep_the_rest_of_the_address():
    written = write('{% query_fields "after" %}', "/?code=A&code=B&after=c&q=")

    assert (
        written
        == '<input type="hidden" name="code" value="A"><input type="hidden" name="code" value="B">'
    )


def test_a_badge_is_shape_and_escaped_word():
    written = write('{% badge "PARKED" word boxed=True %}', word="<Parked>")

    assert '<span class="badge boxed is-parked">' in written
    assert "#parked" in written
    assert written.endswith("&lt;Parked&gt;</span>")


def test_a_badge_alone_is_named():
    assert 'role="img" aria-label="RETRY"' in write('{% badge "RETRY" alone=True %}')


def test_a_moment_is_relative_and_exact():
    written = write("{% ago moment %}", moment=datetime(2026, 1, 5, 13, 25, 40, tzinfo=UTC))

    assert (
        written
        == '<time datetime="2026-01-05T13:25:40+00:00" title="2026-01-05 13:25:40 UTC">28 d ago</time>'
    )


def test_a_day_is_exact_on_hover():
    assert (
        write("{% day as_of %}")
        == '<time datetime="2026-02-02T13:25:40+00:00" title="2026-02-02 13:25:40 UTC">2026-02-02</time>'
    )


def test_a_moment_that_never_came_is_a_word():
    assert write("{% ago moment %}", moment=None) == "never"


def test_a_stat_leads_to_its_rows():
    written = write('{% stat "Open" 35197 "in 3 tables" "/errors/" "retry" %}')

    assert '<dd><a href="/errors/">35,197</a></dd>' in written


def test_a_bar_takes_pairs():
    assert 'width="25.00%"' in write('{% bar 3 "run" 1 "warn" label="3 of 4" %}')
