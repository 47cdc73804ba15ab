"""Moving errors out of the queue, and back: done, refused, audited, permitted."""

import pytest

from governance.exceptions import PlanRefused
from governance.models import ArchivedError, HubError
from governance.services.operations import plans
from governance.verbs import archives
from governance.verbs.registry import VERBS
from tests import make
from tests.governance.verbs.promises import Case, EveryVerb


def archived(*, twin: bool = False):
    """An archived error, with a live one of the same id where wanted."""
    return make.archived(**({"id": make.error().pk} if twin else {}))


class TestArchiveVerbs(EveryVerb):
    cases = (
        Case(
            "archive",
            asked={"reason": "MANUAL"},
            before={"disposition": "IGNORE"},
            after={"archive_reason": "MANUAL", "final_disposition": "IGNORE"},
            refused={"table": make.LOG},
            because="its error table does not allow ARCHIVED",
            becomes=ArchivedError,
        ),
        Case(
            "restore",
            after={"disposition": "RETRY", "escalation_level": 0},
            refused={"twin": True},
            because="a live error has this id",
            row=archived,
            becomes=HubError,
        ),
    )


@pytest.mark.django_db
def test_what_expires_is_archived_by_the_daily_job_alone():
    offered = [value for value, _ in archives.ArchiveParameters.base_fields["reason"].choices]

    assert "MANUAL" in offered
    with pytest.raises(PlanRefused, match="TTL_EXPIRED is not one of"):
        plans.make("archive", errors=[make.error()], by=make.triager(), reason="TTL_EXPIRED")


def test_each_leads_to_where_the_other_begins():
    assert (VERBS["archive"].subject, VERBS["archive"].moves_to) == ("error", "archive")
    assert (VERBS["restore"].subject, VERBS["restore"].moves_to) == ("archive", "error")
    assert (VERBS["archive"].clears, VERBS["restore"].clears) == (True, False)
