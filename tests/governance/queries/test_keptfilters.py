"""A key names a kept filter, or a view that the reader sees."""

import pytest

from governance.models import SavedView
from governance.queries import keptfilters
from governance.services import keptfilters as service
from tests import make

pytestmark = pytest.mark.django_db


def test_a_filter_is_found_by_its_digest():
    reader = make.viewer()
    kept = service.keep("code=A", by=make.triager())

    assert keptfilters.named(kept.key, reader=reader) == kept


@pytest.mark.parametrize("key", ["", "0" * 20, "view-0", "view-x", "view-" + "9" * 30, "é", "\0"])
def test_what_never_was_names_nothing(key):
    assert keptfilters.named(key, reader=make.viewer()) is None


def test_a_view_is_found_by_whoever_sees_it():
    owner = make.viewer()
    view = SavedView.objects.create(
        page="governance:error-list",
        name="Mine",
        query="code=A",
        owner=owner,
    )

    assert keptfilters.named(f"view-{view.pk}", reader=owner).text == "code=A"
    assert keptfilters.named(f"view-{view.pk}", reader=make.viewer()) is None
    assert keptfilters.is_of_one(f"view-{view.pk}")
    assert not keptfilters.is_of_one(f"view-{make.view(is_shared=True).pk}")
    assert not keptfilters.is_of_one("0" * 20)
