"""What a row of the registry shows."""

import pytest

from tests import make
from tests.enrichment.views.test_workflows import LIST

pytestmark = pytest.mark.django_db


def test_a_row_says_what_its_entry_lacks(client):
    make.workflow(workflow_name="company_news", raw_table="raw.news", key_column="domain")
    client.force_login(make.viewer())

    page = client.get(LIST).text

    assert "company_news" in page and "raw.news" in page
    assert "4 of 9" in page
    assert "extracted table, core table, coalesces, owner, verified" in page
