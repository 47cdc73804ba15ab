"""What pages of tools have in common."""

import pytest

from tests import make
from tests.governance.queries.canon.test_tools import stopped
from tests.governance.views.canon.test_tools import ALL_STOPPED, page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/tools/", "/tools/firecrawl/", "/canon/switches/", "/canon/switches/stop/"]
)
def test_pages_of_tools_say_when_all_are_stopped(client, address):
    client.force_login(make.manager())
    stopped("")

    assert ALL_STOPPED in page(client, address)


def test_a_form_that_is_refused_keeps_what_was_typed(client, triager):
    stopped()
    sent = {"tool": "firecrawl", "reason": "The key leaked again."}

    response = client.post("/canon/switches/stop/", sent)

    shown = response.content.decode()
    assert "The key leaked again.</textarea>" in shown and 'role="alert"' in shown
