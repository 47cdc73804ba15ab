"""A queued attempt waits until its time has come, and five minutes at least."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import HubError
from governance.queries.errors.attempts import waits
from tests import make

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.mark.parametrize(
    ("following", "last", "waiting"),
    [
        (None, None, False),
        (0, None, False),
        (1, None, True),
        (None, -300, False),
        (None, -299, True),
        (-1, -299, True),
        (1, -4000, True),
    ],
)
def test_it_waits_to_the_second(following, last, waiting):
    moments = [None if s is None else NOW + timedelta(seconds=s) for s in (following, last)]
    make.error(next_retry_at=moments[0], last_retry_at=moments[1])

    assert HubError.objects.filter(waits(NOW)).exists() is waiting
    assert HubError.objects.filter(~waits(NOW)).exists() is not waiting
