"""What enrichment says on the page of a company of the spine."""

import pytest
from django.contrib.auth.models import Permission

from enrichment import sections
from governance.models import Readiness
from tests import make

pytestmark = pytest.mark.django_db
ANSWER = "/enrichment/entities/company/ironclad.com/"


def readiness(domain):
    return Readiness.objects.get(pk=make.outreach(domain=domain).pk)


def test_a_company_is_asked_for_by_its_domain():
    make.run(entity_key="ironclad.com")

    told = sections.of_company(readiness("ironclad.com"))

    assert told["url"] == ANSWER
    assert [line.word for line in told["lines"]] == ["Completed"]
    assert told["coverage"]["completed"] == 1


def test_what_has_no_domain_has_no_part():
    assert sections.of_company(Readiness(domain=None)) is None
    assert sections.of_company(Readiness(domain="no domain")) is None


def test_the_page_of_a_company_says_what_has_run(client):
    spine = make.outreach(domain="ironclad.com")
    run = make.run("stale", entity_key="ironclad.com")
    client.force_login(make.viewer())

    text = client.get(f"/companies/{spine.pk}/").text

    assert f'href="{ANSWER}"' in text
    assert str(run.workflow) in text and "0 of 1 completed" in text


def test_who_may_not_see_states_sees_none(client):
    spine = make.outreach(domain="ironclad.com")
    reader = make.user()
    of_governance = Permission.objects.filter(content_type__app_label="governance")
    reader.user_permissions.set(of_governance)
    client.force_login(reader)

    answer = client.get(f"/companies/{spine.pk}/")

    assert answer.status_code == 200 and ANSWER not in answer.text
