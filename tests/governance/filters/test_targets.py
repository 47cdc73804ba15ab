"""What company targets can be chosen by."""

import pytest

from governance.filters.targets import TargetFilter
from governance.models import CompanyTarget
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db


def found(text: str) -> set[CompanyTarget]:
    return set(TargetFilter.from_text(text, CompanyTarget.objects.all()).qs)


def test_targets_are_found_by_their_status():
    failed, ready, pending = (make.target(status) for status in ("failed", "ready", "pending"))

    assert found("execution_status=failed") == {failed}
    assert found("execution_status=failed&execution_status=ready") == {failed, ready}
    assert found("") == {failed, ready, pending}


@pytest.mark.parametrize(
    ("text", "key"),
    [("execution_status=FAILED", "execution_status"), ("status=failed", "status")],
)
def test_another_status_or_key_is_refused(text, key):
    with pytest.raises(BadRequest, match=f"“{key}”"):
        found(text)
