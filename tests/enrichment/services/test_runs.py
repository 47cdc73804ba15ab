"""Opening, beating and ending runs."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from enrichment.keys import KeyRefused
from enrichment.models import Run, State
from enrichment.queries.registry import InactiveWorkflow, UnknownWorkflow
from enrichment.services import runs
from enrichment.services.accounts import AccountRefused, Origin, Result
from governance.exceptions import NotPermitted, StateRefused
from tests import make

pytestmark = pytest.mark.django_db
IRONCLAD = "ironclad.com"
FOUND = Result(status="completed", records_out=3, credits=Decimal(2))
NOTHING = Result(status="completed", records_out=0)
FAILED = Result(status="failed", error_class="Timeout", error_text="No answer.")


@pytest.fixture
def by():
    return make.triager()


@pytest.fixture
def workflow():
    return make.workflow(workflow_name="company_discovery", credits_per_run=5)


def asked(workflow, **given):
    return Origin(**{"workflow": workflow.workflow_name, "entity": IRONCLAD} | given)


def opened(workflow, by, **given):
    how = {name: given.pop(name) for name in ("run_id", "force") if name in given}
    return runs.open(asked(workflow, **given), by=by, **how)


def ran(workflow, by, result=FOUND, **given):
    run = opened(workflow, by, **given).run
    return runs.close(run.pk, result, by=by).run


def aged(run, days):
    at = timezone.now() - timedelta(days=days)
    Run.objects.filter(pk=run.pk).update(ran_at=at, started_at=at, completed_at=at)


def state_of(workflow):
    return State.objects.get(workflow=workflow, entity_key=IRONCLAD).status


def test_a_run_is_opened_kept_alive_and_ended(workflow, by):
    answer = opened(workflow, by, entity="https://www.Ironclad.com/about", source="clay")
    run = answer.run
    assert (answer.outcome, answer.go, state_of(workflow)) == ("opened", True, "running")
    assert (run.entity_key, run.raw_key) == (IRONCLAD, "https://www.Ironclad.com/about")

    beaten = runs.beat(run.pk, by=by)
    assert beaten.heartbeat_at > run.heartbeat_at

    closed = runs.close(run.pk, FOUND, by=by)
    closed.run.refresh_from_db()
    assert (closed.outcome, state_of(workflow)) == ("closed", "completed")
    assert (closed.run.records_out, closed.run.credits, closed.run.by) == (3, 2, by)


def test_a_queued_run_is_pending_until_it_beats(workflow, by):
    run = opened(workflow, by, is_queued=True).run
    assert (run.status, run.started_at, state_of(workflow)) == ("pending", None, "pending")

    runs.beat(run.pk, by=by)

    run.refresh_from_db()
    assert run.started_at == run.ran_at == run.heartbeat_at
    assert state_of(workflow) == "running"


def test_what_was_found_lately_is_not_asked_for_again_and_its_credits_are_counted(workflow, by):
    fresh = ran(workflow, by)

    answer = opened(workflow, by)

    assert (answer.outcome, answer.go, answer.run.status) == ("already_enriched", False, "skipped")
    assert answer.run.refused_for == fresh
    assert answer.run.credits_saved == 2
    assert state_of(workflow) == "completed"


def test_what_nobody_said_the_price_of_saves_the_usual_one(workflow, by):
    ran(workflow, by, Result(status="completed"))

    assert opened(workflow, by).run.credits_saved == 5


@pytest.mark.parametrize(
    ("result", "days", "outcome"),
    [
        (FOUND, 29, "already_enriched"),
        (FOUND, 31, "opened"),
        (NOTHING, 0, "already_enriched"),
        (NOTHING, 2, "opened"),
        (FAILED, 0, "opened"),
    ],
)
def test_fresh_is_what_found_something_for_days_and_what_found_nothing_for_one(
    workflow, by, result, days, outcome
):
    aged(ran(workflow, by, result), days)

    assert opened(workflow, by).outcome == outcome


def test_a_later_empty_run_does_not_make_an_earlier_find_less_fresh(workflow, by):
    aged(ran(workflow, by), 10)
    aged(ran(workflow, by, NOTHING, force=True), 5)

    assert opened(workflow, by).outcome == "already_enriched"


def test_who_insists_runs_again(workflow, by):
    ran(workflow, by)

    assert opened(workflow, by, force=True).outcome == "opened"


@pytest.mark.parametrize("days", [0, 2_000_000_000])
def test_any_number_of_days_is_a_freshness(by, days):
    workflow = make.workflow(fresh_days=days)
    ran(workflow, by)

    assert opened(workflow, by).outcome == ("already_enriched" if days else "opened")


def test_one_run_is_open_for_an_entity(workflow, by):
    first = opened(workflow, by).run

    with pytest.raises(runs.AlreadyOpen) as refused:
        opened(workflow, by, force=True)

    assert (refused.value.status, refused.value.run) == (409, first)
    assert f"{first.ran_at:%Y-%m-%d %H:%M} UTC" in refused.value.sentence
    assert opened(workflow, by, entity="other.com").outcome == "opened"
    assert opened(make.workflow(), by).outcome == "opened"


@pytest.mark.parametrize("result", [None, FOUND])
def test_the_same_idempotency_key_gets_the_same_run(workflow, by, result):
    first = opened(workflow, by, idempotency_key="k").run
    if result:
        runs.close(first.pk, result, by=by)

    again = opened(workflow, by, idempotency_key="k")

    assert (again.outcome, again.run, again.go) == ("replayed", first, result is None)
    assert Run.objects.count() == 1


def test_an_idempotency_key_of_a_needless_request_is_answered_once(workflow, by):
    ran(workflow, by)
    first = opened(workflow, by, idempotency_key="k").run

    again = opened(workflow, by, idempotency_key="k")

    assert (again.outcome, again.run, again.go) == ("replayed", first, False)
    assert Run.objects.filter(status="skipped").count() == 1


@pytest.mark.parametrize("status", ["failed", "stale", "cancelled"])
def test_a_run_that_came_to_nothing_holds_neither_key_nor_place(workflow, by, status):
    first = opened(workflow, by, idempotency_key="k").run
    Run.objects.filter(pk=first.pk).update(status=status, completed_at=timezone.now())

    again = opened(workflow, by, idempotency_key="k")

    assert (again.outcome, again.run.pk != first.pk) == ("opened", True)


def test_a_key_or_id_of_another_entity_is_refused(workflow, by):
    first = opened(workflow, by, idempotency_key="k").run

    with pytest.raises(StateRefused, match=r"of a run for ironclad\.com"):
        opened(workflow, by, entity="other.com", idempotency_key="k")
    with pytest.raises(StateRefused, match=r"of a run for ironclad\.com"):
        opened(make.workflow(), by, run_id=first.pk)


def test_attempts_are_counted_from_the_last_success(workflow, by):
    attempts = [
        ran(workflow, by, result, force=True).attempt
        for result in (FAILED, FAILED, FOUND, FAILED, FOUND)
    ]

    assert attempts == [1, 2, 3, 1, 2]


def test_a_clock_that_runs_ahead_is_set_back_and_one_of_the_past_is_kept(workflow, by):
    now = timezone.now()
    past, ahead = now - timedelta(hours=3), now + timedelta(hours=3)

    run = opened(workflow, by, started_at=past).run
    assert run.ran_at == run.started_at == past
    closed = runs.close(run.pk, Result(status="completed", completed_at=ahead), by=by).run
    assert now <= closed.completed_at <= timezone.now()

    assert opened(workflow, by, force=True, started_at=ahead).run.ran_at <= timezone.now()


def test_a_moment_of_another_age_is_refused(workflow, by):
    with pytest.raises(AccountRefused, match="ten years"):
        opened(workflow, by, started_at=timezone.now() - timedelta(days=4_000))


def test_the_same_result_again_changes_nothing_and_another_one_is_refused(workflow, by):
    run = ran(workflow, by)

    assert runs.close(run.pk, FOUND, by=by).outcome == "replayed"
    for other in (FAILED, NOTHING, Result(status="completed", credits=Decimal(9))):
        with pytest.raises(StateRefused, match="it is completed"):
            runs.close(run.pk, other, by=by)

    run.refresh_from_db()
    assert (run.status, run.records_out, run.credits) == ("completed", 3, 2)


def test_a_beat_after_the_end_is_refused(workflow, by):
    run = ran(workflow, by)

    with pytest.raises(StateRefused, match="This run has ended: it is completed") as refused:
        runs.beat(run.pk, by=by)

    assert refused.value.status == 409


def went_stale(run):
    Run.objects.filter(pk=run.pk).update(status="stale", completed_at=run.heartbeat_at)


def test_a_late_result_is_kept_on_its_run_and_overwrites_no_newer_one(workflow, by):
    late = opened(workflow, by).run
    went_stale(late)
    opened(workflow, by)

    runs.close(late.pk, FOUND, by=by)

    late.refresh_from_db()
    assert (late.status, late.records_out, state_of(workflow)) == ("completed", 3, "running")


def test_a_stale_run_that_beats_lives_again_unless_it_was_replaced(workflow, by):
    run = opened(workflow, by).run
    went_stale(run)
    runs.beat(run.pk, by=by)
    assert state_of(workflow) == "running"

    went_stale(run)
    other = opened(workflow, by).run
    with pytest.raises(runs.AlreadyOpen) as refused:
        runs.beat(run.pk, by=by)
    assert refused.value.run == other


def test_a_result_without_an_opening_makes_the_run_and_the_opening_completes_it(workflow, by):
    key, now = uuid4(), timezone.now()
    start = now - timedelta(minutes=5)

    runs.close(key, FOUND, by=by, origin=asked(workflow))
    late = opened(workflow, by, run_id=key, source="clay", idempotency_key="k", started_at=start)

    run = Run.objects.get()
    assert (late.outcome, late.go, run.pk, run.status) == ("replayed", False, key, "completed")
    assert (run.source, run.idempotency_key, run.started_at) == ("clay", "k", start)
    assert run.ran_at == start
    assert state_of(workflow) == "completed"


def test_a_beat_without_an_opening_begins_the_run(workflow, by):
    key = uuid4()

    runs.beat(key, by=by, origin=asked(workflow))

    assert opened(workflow, by, run_id=key).outcome == "replayed"
    assert Run.objects.get().status == "running"
    with pytest.raises(runs.AlreadyOpen):
        runs.beat(uuid4(), by=by, origin=asked(workflow))


def test_nothing_is_known_of_an_id_alone(by):
    for act in (lambda: runs.beat(uuid4(), by=by), lambda: runs.close(uuid4(), FOUND, by=by)):
        with pytest.raises(runs.UnknownRun):
            act()


def test_counts_of_layers_are_summed_beyond_the_raw_answer(workflow, by):
    layers = {
        "raw": {"in": 1, "out": 1},
        "extracted": {"out": 25, "failed": 2},
        "core": {"out": 0, "skipped": 4},
    }

    run = ran(workflow, by, Result(status="completed", layers=layers))

    run.refresh_from_db()
    assert run.layers == layers
    assert (run.records_in, run.records_out, run.records_failed) == (1, 25, 2)
    assert (run.records_skipped, run.records_in_extracted, run.records_in_core) == (4, 25, 0)


def test_an_error_of_any_length_is_kept_as_far_as_there_is_room(workflow, by):
    failed = Result(status="failed", error_class="Timeout", error_text="x" * 50_000)

    run = ran(workflow, by, failed)

    assert runs.close(run.pk, failed, by=by).outcome == "replayed"
    assert len(run.error_text) == 10_000


def test_a_person_cancels_an_open_run_once(workflow):
    person = make.triager(username="ops", first_name="Nadia", last_name="Okafor")
    run = opened(workflow, person).run

    runs.cancel(run, by=person, reason="Asked for twice.")

    run.refresh_from_db()
    assert run.status == "cancelled"
    assert run.error_text == "Cancelled by Nadia Okafor: Asked for twice."
    assert not State.objects.exists()
    with pytest.raises(StateRefused, match="it is cancelled"):
        runs.cancel(run, by=person)
    with pytest.raises(StateRefused):
        runs.close(run.pk, FOUND, by=person)


def test_who_may_not_is_refused(workflow, by):
    reader, run = make.viewer(), opened(workflow, by).run
    acts = [
        lambda: opened(workflow, reader),
        lambda: runs.beat(run.pk, by=reader),
        lambda: runs.close(run.pk, FOUND, by=reader),
        lambda: runs.cancel(run, by=reader),
    ]

    for act in acts:
        with pytest.raises(NotPermitted):
            act()


def test_what_no_workflow_or_key_is_refused(workflow, by):
    unknown = make.workflow(key_type=None)
    with pytest.raises(UnknownWorkflow):
        runs.open(Origin(workflow="nobody", entity=IRONCLAD), by=by)
    with pytest.raises(InactiveWorkflow):
        opened(make.workflow(is_active=False), by)
    with pytest.raises(KeyRefused):
        opened(workflow, by, entity="not a domain")
    with pytest.raises(AccountRefused, match="about a company, not a person"):
        opened(workflow, by, entity_type="person")
    with pytest.raises(AccountRefused, match="does not say what its keys are"):
        opened(unknown, by)
    assert opened(unknown, by, entity_type="company").outcome == "opened"


def test_a_person_is_one_under_any_address_of_his_profile(by):
    workflow = make.workflow(key_type="person")
    opened(workflow, by, entity="https://de.linkedin.com/in/Jane-Doe/?trk=x")

    with pytest.raises(runs.AlreadyOpen):
        opened(workflow, by, entity="linkedin.com/in/jane-doe")


def test_a_run_written_by_plain_sql_at_the_same_moment_is_a_refusal(workflow, by, monkeypatch):
    opened(workflow, by)
    blind = runs.turns.Before(None, None, None, None, 0)
    monkeypatch.setattr(runs.turns, "before", lambda *given, **more: blind)

    with pytest.raises(StateRefused, match="at the same moment"):
        opened(workflow, by)


def test_opening_and_closing_take_few_statements(workflow, by, django_assert_max_num_queries):
    runs.open(asked(workflow, entity="first.com"), by=by)

    with django_assert_max_num_queries(5):
        run = opened(workflow, by).run
    with django_assert_max_num_queries(4):
        runs.close(run.pk, FOUND, by=by)


def test_who_would_wait_in_a_circle_with_plain_sql_is_told_to_come_again(workflow, by, monkeypatch):
    def deadlock(*given, **more):
        with connection.cursor() as cursor:
            cursor.execute(
                "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'deadlock_detected'; END $$"
            )

    monkeypatch.setattr(runs.atonce, "opened", deadlock)

    with pytest.raises(StateRefused, match="at the same moment"):
        opened(workflow, by)
