"""Apps say lines on the overview, each to whom it may."""

import pytest
from django.test import RequestFactory

from outreach_admin.ui.parts import overview
from outreach_admin.ui.parts.overview import Figure, Line

SAID = Line("News", "/news/", (Figure("3", "new"),))


@pytest.fixture
def request_of_nobody(monkeypatch):
    monkeypatch.setattr(overview, "_lines", [])
    return RequestFactory().get("/")


def test_each_line_is_asked_once_and_may_say_nothing(request_of_nobody):
    asked = []

    def says(request):
        asked.append(request)
        return SAID

    overview.register(says)
    overview.register(says)
    overview.register(lambda request: None)

    assert overview.lines(request_of_nobody) == [SAID]
    assert asked == [request_of_nobody]
