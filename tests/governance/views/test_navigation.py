"""Figures beside the entries of the navigation."""

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.menu import ENTRIES
from governance.views import navigation
from tests import make

pytestmark = pytest.mark.django_db


def test_an_app_that_is_made_ready_again_asks_its_figures_once(client):
    client.force_login(make.analyst())
    client.get("/campaigns/")

    apps.get_app_config("governance").ready()

    with CaptureQueriesContext(connection) as found:
        client.get("/campaigns/")
    asked = [one["sql"] for one in found if "governance_archivecount" in one["sql"]]
    assert len(asked) == 1


def test_every_figure_of_the_backlog_stands_beside_an_entry(rf):
    children = [child for entry in ENTRIES for child in entry.children]

    assert set(navigation.backlog(rf.get("/"))) <= {one.count for one in (*ENTRIES, *children)}
