"""The versions of the canon as pages read them."""

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import CanonVersion
from governance.queries.canon import current, kept
from governance.services.canon import versions
from governance.services.canon.versions import NOW
from governance.toolbox import reading
from tests import make
from tests.governance.canon import canons
from tests.servers import SERVERS


def enforced(text):
    """Put a text in force."""
    version = versions.load(text, by=make.manager())
    return versions.enforce(version, by=make.manager(), reason="Reviewed.")


@pytest.mark.django_db
def test_the_version_enforced_last_is_in_force_without_delay():
    version = enforced(canons.text(3))

    found = kept.in_force()

    assert (found.version, found.trouble) == (version, "")
    assert found.canon.version == 3


@pytest.mark.django_db
def test_a_text_that_this_console_does_not_understand_is_told_with_its_first_mistake():
    text = canons.text(3, ("tier: 0", "tier: 9"))
    CanonVersion.objects.create(
        version=3,
        sha256=reading.digest(text),
        text=text,
        enforced_at=NOW,
        enforced_by=make.manager(),
    )

    found = kept.in_force()

    assert (found.version.version, found.canon) == (3, None)
    assert "does not understand the canon in force: line" in found.trouble


@pytest.mark.django_db
def test_a_list_of_versions_carries_people_and_no_text():
    enforced(canons.text(3))

    with CaptureQueriesContext(connection) as asked:
        found = [(one.version, one.loaded_by, one.enforced_by) for one in kept.listed()]

    assert [version for version, _, _ in found] == [3, 2]
    assert len([one for one in asked if one["sql"].startswith("SELECT")]) == 1
    assert kept.listed()[0].get_deferred_fields() == {"text"}


def test_without_any_version_nobody_may_call_a_tool(committed_db):
    with psycopg.connect(SERVERS.url("outreach_owner", SERVERS.database)) as owner:
        owner.execute("ALTER TABLE governance_canonversion DISABLE TRIGGER USER")
        owner.execute("DELETE FROM governance_canonversion")

    assert kept.in_force() == (None, None, current.NONE_IN_FORCE)
