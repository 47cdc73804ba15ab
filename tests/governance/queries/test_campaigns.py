"""Files of lists that campaigns were given."""

import pytest

from governance.models import Readiness
from governance.queries import campaigns as queries
from governance.services.files import campaigns
from tests import make

pytestmark = pytest.mark.usefixtures("committed_db")


def test_the_file_is_the_same_each_time_and_states_the_moment_it_was_taken():
    company = make.promotable(domain="=1+1.example")
    make.company(outreach=company, company_name="@SUM(A1)")
    given = campaigns.take(Readiness.objects.all(), filter="promotable=true", by=make.analyst())
    make.promotable()

    first, second = queries.stream_of(given), queries.stream_of(given)

    content = b"".join(first.blocks)
    assert content == b"".join(second.blocks)
    assert content.decode().splitlines() == [
        "outreach_id,domain,company_name,readiness_tier",
        f"{company.pk},'=1+1.example,'@SUM(A1),TIER_0_ANCHOR_DONE",
    ]
    assert (first.as_of, first.rows) == (given.as_of, 1)
    assert queries.proof_of(given.pk) == (len(content), given.checksum)
