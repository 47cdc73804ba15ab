"""Which files that somebody asked for."""

import pytest

from governance.filters.exports import ExportFileFilter, ScheduledExportFilter
from governance.models import ExportFile, ScheduledExport
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db


def kept(text: str) -> list[str]:
    found = ExportFileFilter.from_text(text, ExportFile.objects.order_by("pk"))
    return [file.subject for file in found.qs]


def test_files_are_found_by_name_state_and_time():
    user = make.analyst()
    for name, state in (("errors", "ready"), ("audit", "queued")):
        ExportFile.objects.create(subject=name, format="csv", state=state, requester=user)

    assert kept("name=audit") == kept("state=queued") == ["audit"]
    assert kept("asked_after=2020-01-01T00:00:00Z") == ["errors", "audit"]
    assert kept("asked_before=2020-01-01T00:00:00Z") == []


@pytest.mark.parametrize("text", ["state=x", "requester=1", "asked_after=x"])
def test_what_is_no_filter_is_refused(text):
    with pytest.raises(BadRequest):
        kept(text)


def test_scheduled_exports_are_found_by_owner_subject_and_state():
    first, second = make.scheduled_export(), make.scheduled_export(subject="readiness", is_on=False)

    def found(text: str) -> list[ScheduledExport]:
        return list(ScheduledExportFilter.from_text(text, ScheduledExport.objects.all()).qs)

    assert found(f"owner={first.owner.username}") == found("subject=errors") == [first]
    assert found("on=true") == [first] and found("on=false") == [second]
    with pytest.raises(BadRequest):
        found("on=x")
