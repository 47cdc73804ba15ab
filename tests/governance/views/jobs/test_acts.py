"""Running jobs from their page, changing schedules with four eyes."""

import pytest

from governance.models import JobRun, Schedule
from governance.services.jobs import runs, schedules
from governance.views.jobs import acts
from tests import make

pytestmark = pytest.mark.django_db
GIVEN = {"is_on": "on", "at": "07:15", "time_zone": "UTC", "grace_minutes": "15", "reason": "why"}


def signed_in(client, person):
    client.force_login(person)
    return person


def test_a_run_is_asked_for_and_carried_out_by_a_worker(client):
    person = signed_in(client, make.triager())

    sent = client.post("/jobs/daily/run/", {})
    (run,) = JobRun.objects.all()
    again = client.post("/jobs/daily/run/", {})
    runs.carry_on(run.pk)

    run.refresh_from_db()
    assert (sent.status_code, sent.headers["Location"]) == (302, f"/jobs/runs/{run.pk}/")
    assert (run.trigger, run.started_by, run.is_dry) == ("person", person.username, False)
    assert (again.status_code, run.state) == (409, "done")
    assert f"{run} is under way" in again.content.decode()


def test_no_job_of_that_name_is_no_page(client):
    signed_in(client, make.triager())

    assert client.get("/jobs/sweep/run/").status_code == 404


def test_a_schedule_is_proposed_and_put_in_force_by_another_person(client):
    first = signed_in(client, make.manager())
    before = client.get("/jobs/daily/schedule/").content.decode()
    client.post("/jobs/daily/schedule/", GIVEN)
    proposal = Schedule.objects.proposed().get()
    waiting = client.get("/jobs/daily/schedule/").content.decode()

    own = client.post(f"/jobs/schedules/{proposal.pk}/enforce/")
    signed_in(client, make.manager())
    shown = client.get("/jobs/").content.decode()
    asked = client.get(f"/jobs/schedules/{proposal.pk}/enforce/").content.decode()
    client.post(f"/jobs/schedules/{proposal.pk}/enforce/")

    proposal.refresh_from_db()
    assert (proposal.proposed_by, own.status_code) == (first, 403)
    assert acts.TWO_PEOPLE in before and acts.WAITS in waiting
    assert f"/jobs/schedules/{proposal.pk}/enforce/" in shown
    assert "Daily governance: daily, 07:15 UTC" in asked
    assert Schedule.objects.in_force().get(job="daily") == proposal


def test_what_is_wrong_is_said_and_what_was_typed_stays(client):
    signed_in(client, make.manager())

    empty = client.post("/jobs/daily/schedule/", GIVEN | {"at": ""})
    unread = client.post("/jobs/daily/schedule/", GIVEN | {"at": "noon"})

    assert (empty.status_code, unread.status_code) == (409, 422)
    assert "This is no schedule" in empty.content.decode()
    assert "noon" in unread.content.decode()


def test_the_page_where_a_proposal_is_decided_leads_to_its_withdrawal(client):
    proposal = schedules.propose("daily", by=signed_in(client, make.manager()), is_on=False)

    decided = client.get(f"/jobs/schedules/{proposal.pk}/enforce/").content.decode()
    withdrawn = client.get(f"/jobs/schedules/{proposal.pk}/withdraw/").content.decode()

    link = f'href="/jobs/schedules/{proposal.pk}/withdraw/"'
    assert (link in decided, link in withdrawn) == (True, False)


def test_a_proposal_that_waits_no_more_is_refused(client):
    person = signed_in(client, make.manager())
    proposal = schedules.propose("daily", by=person, is_on=False)

    sent = [client.post(f"/jobs/schedules/{proposal.pk}/withdraw/").status_code for _ in range(2)]

    assert sent == [302, 409]
