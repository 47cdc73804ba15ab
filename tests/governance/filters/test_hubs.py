"""What rows of hub tables can be chosen by: nothing."""

import pytest

from governance.filters.hubs import HubRowFilter
from governance.models import BlogContent
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db


def test_an_empty_filter_keeps_every_row():
    make.blog()

    assert HubRowFilter.from_text("", BlogContent.objects.all()).qs.count() == 1


def test_any_key_is_refused():
    with pytest.raises(BadRequest):
        HubRowFilter.from_text("source_type=rss", BlogContent.objects.all()).check()
