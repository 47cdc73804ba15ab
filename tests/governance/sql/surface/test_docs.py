"""docs/sql.md says what the catalog says, and its examples run."""

import pytest

from tests.governance.sql.surface import documented
from tests.governance.sql.surface.asked import rows
from tests.servers import ROOT

pytestmark = pytest.mark.django_db
PAGE = ROOT / "docs" / "sql.md"


def test_the_page_is_the_catalogs():
    text = documented.text()
    before = PAGE.read_text() if PAGE.exists() else ""
    PAGE.write_text(text)

    assert before == text, "docs/sql.md was stale and is written anew: look at it, and commit it."


def test_the_example_of_each_name_runs():
    for name, _, _ in rows(documented.SAID):
        rows(documented.example(name))
    for name, given, returned, *_ in rows(documented.CALLED):
        rows(documented.call(name, given, returned))
