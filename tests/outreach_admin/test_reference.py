"""Reference data: what an address asks for never breaks the page."""

import pytest

from tests import make

pytestmark = pytest.mark.django_db

ASKED = [
    "",
    "autocomplete/?app_label=auth&model_name=user&field_name=groups&term=%00",
    "auth/user/?q=%00",
    "auth/user/?id__gt=x",
    "auth/user/%00/change/",
]


@pytest.mark.parametrize("asked", ASKED)
def test_an_admin_who_asks_for_nonsense_gets_a_page(client, asked):
    client.force_login(make.admin())

    assert client.get(f"/reference/{asked}").status_code < 500
