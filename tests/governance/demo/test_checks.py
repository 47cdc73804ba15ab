"""Reports of checks in the demo: three repositories whose pages tell something."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.demo import checks as demo
from governance.models import CheckReport
from governance.queries.canon import checks
from tests import make

pytestmark = pytest.mark.django_db
LATEST = datetime(2026, 2, 4, 8, tzinfo=UTC)


def test_three_repositories_have_a_dozen_reports_each_that_tell_how_it_went():
    make.triager(username="ops")

    demo.tell(latest=LATEST)

    assert demo.figures() == [("reports of checks", 36)]
    last = {one.name: one.last for one in checks.repositories()}
    assert {name: (one.status, one.open) for name, one in last.items()} == {
        "outreach/hubs": ("clean", 0),
        "outreach/ingest": ("violations", 1),
        "outreach/notebooks": ("could not check", 2),
    }
    assert last["outreach/ingest"].ending == 1 and last["outreach/ingest"].notes_count == 1
    assert last["outreach/notebooks"].known == 8
    trends = checks.trends([one.pk for one in checks.repositories()])
    assert [5, 5, 5, 6, 6, 5] in [counts[:6] for counts in trends.values()]
    for figure in ("opened", "closed", "newly_waived"):
        assert CheckReport.objects.filter(**{f"{figure}__gt": 0}).exists()


def test_no_report_is_of_later_than_the_newest_error():
    make.triager(username="ops")

    demo.tell(latest=LATEST)

    assert not CheckReport.objects.filter(received_at__gt=LATEST).exists()
    first = CheckReport.objects.order_by("checked_at").first()
    assert LATEST - first.checked_at > timedelta(days=22)
