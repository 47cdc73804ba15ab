"""The clean-up and its undo on the command line."""

import getpass
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from governance.models import (
    Approval,
    ApprovalPolicy,
    HubError,
    Operation,
    PlaybookRun,
    Report,
    Violation,
)
from governance.services.operations import command_line, plans, steering
from tests import make, owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make.triager(username="ops"), make.manager(username="manager")


@pytest.fixture
def small_backlog(people):
    make.error(make.DOL)
    make.error(make.CT, retry_count=2)
    make.error(make.CT, retry_count=1)
    make.error(make.PEOPLE)
    make.target("failed")


def command(*words):
    out = StringIO()
    call_command(*words, stdout=out, stderr=StringIO())
    return out.getvalue()


def states():
    return list(HubError.objects.order_by("pk").values_list("disposition", "retry_count"))


@pytest.mark.usefixtures("small_backlog")
def test_it_prints_the_shape_that_scripts_rely_on():
    found = json.loads(command("ops_cleanup", "--by", "ops", "--approved-by", "manager", "--json"))

    assert list(found) == [
        "total_processed",
        "actions",
        "tiers",
        "audit",
        "not_ready",
        "compliance",
        "reconciled",
        "operations",
        "seconds",
    ]
    assert found["actions"] == {
        "dol_errors_parked": 1,
        "ct_errors_parked": 1,
        "ct_errors_retried": 1,
        "people_errors_parked": 0,
        "people_errors_retried": 1,
        "ct_reset_to_pending": 1,
    }
    assert found["audit"] == {"PARK": 2, "RETRY": 2, "RESET": 1, "total": 5}
    assert list(found["not_ready"]) == ["ct_pending", "ct_failed", "no_ct_record"]
    assert {"line", "passed", "evidence"} == set(found["compliance"][0])
    assert len(found["operations"]) == 6


@pytest.mark.usefixtures("small_backlog")
def test_both_people_the_channel_and_the_os_user_are_recorded():
    command("ops_cleanup", "--by", "ops", "--approved-by", "manager", "--json")

    run = PlaybookRun.objects.get()
    vote = Approval.objects.get().votes.get()
    assert (run.requester.username, run.channel, run.os_user) == (
        "ops",
        "command line",
        getpass.getuser(),
    )
    assert (vote.voter.username, vote.channel) == ("manager", "command line")
    assert getpass.getuser() in vote.comment
    assert set(run.operations.values_list("channel", "os_user")) == {
        ("command line", getpass.getuser())
    }


@pytest.mark.usefixtures("small_backlog")
def test_a_dry_run_says_what_would_happen_and_changes_nothing():
    before = states()

    found = json.loads(command("ops_cleanup", "--dry-run", "--json"))

    assert found["total_processed"] == 4
    assert found["audit"] == {"PARK": 2, "RETRY": 2, "RESET": 1, "total": 5}
    assert states() == before
    assert not PlaybookRun.objects.exists()
    assert not Violation.objects.exists()


@pytest.mark.usefixtures("small_backlog")
def test_without_a_second_person_it_plans_says_what_is_missing_and_records_the_attempt():
    before, out = states(), StringIO()

    with pytest.raises(CommandError, match="needs approval by policy PLAYBOOK-RUN") as refusal:
        call_command("ops_cleanup", "--by", "ops", "--json", stdout=out)

    assert refusal.value.returncode == 3
    assert json.loads(out.getvalue())["state"] == "planned"
    assert Violation.objects.get().code == "V-GATE-002"
    assert states() == before


@pytest.mark.usefixtures("small_backlog")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--by", "ops", "--approved-by", "ops"], "must differ"),
        (["--by", "ops", "--approved-by", "nobody"], "Nobody active is called nobody"),
        (["--by", "\udcff", "--approved-by", "manager"], "Nobody active is called"),
        (["--by", "manager", "--approved-by", "ops"], "ops may not approve"),
        ([], "--by says who runs it"),
        (["--dry-run", "--report", "report.md"], "--report needs a run"),
    ],
)
def test_a_pair_that_cannot_decide_is_refused_before_anything_is_planned(words, sentence):
    with pytest.raises(CommandError, match=sentence):
        command("ops_cleanup", *words)

    assert not PlaybookRun.objects.exists()


@pytest.mark.usefixtures("small_backlog")
def test_superusers_need_a_second_person_too():
    make.superuser(username="root")

    with pytest.raises(CommandError, match="must differ"):
        command("ops_cleanup", "--by", "root", "--approved-by", "root")


@pytest.mark.usefixtures("small_backlog")
def test_a_quorum_of_two_is_not_reached_on_the_command_line():
    ApprovalPolicy.objects.filter(name="PLAYBOOK-RUN").update(quorum=2)

    with pytest.raises(CommandError, match="needs approval"):
        command("ops_cleanup", "--by", "ops", "--approved-by", "manager")

    assert set(Operation.objects.values_list("state", flat=True)) == {"planned"}


@pytest.mark.usefixtures("people")
def test_an_empty_backlog_is_said():
    with pytest.raises(CommandError, match="there is nothing to do"):
        command("ops_cleanup", "--by", "ops", "--approved-by", "manager")


@pytest.mark.usefixtures("small_backlog")
def test_the_report_is_written_as_markdown_or_json(tmp_path):
    markdown, as_json = tmp_path / "report.md", tmp_path / "report.json"

    printed = command(
        "ops_cleanup", "--by", "ops", "--approved-by", "manager", "--report", str(markdown)
    )
    make.error(make.DOL)
    command("ops_cleanup", "--by", "ops", "--approved-by", "manager", "--report", str(as_json))

    assert markdown.read_text() == printed
    assert json.loads(as_json.read_text())["reconciled"] is True


@pytest.mark.usefixtures("small_backlog")
def test_a_report_that_cannot_be_written_is_kept_all_the_same(tmp_path):
    err = StringIO()

    call_command(
        "ops_cleanup",
        "--by",
        "ops",
        "--approved-by",
        "manager",
        "--report",
        str(tmp_path / "no" / "r.md"),
        stdout=StringIO(),
        stderr=err,
    )

    assert "could not be written" in err.getvalue()
    assert Report.objects.count() == 1


@pytest.mark.usefixtures("small_backlog")
def test_undo_takes_all_operations_back_the_last_one_first():
    before = states()
    done = json.loads(command("ops_cleanup", "--by", "ops", "--approved-by", "manager", "--json"))[
        "operations"
    ]

    found = json.loads(command("undo", *map(str, done), "--by", "ops", "--json"))

    assert found == {"reverted": 5, "changed_since": 0, "not_reversible": 0}
    assert states() == before
    undone = (
        Operation.objects.filter(kind="undo").order_by("id").values_list("undoes_id", flat=True)
    )
    assert list(undone) == [pk for pk in reversed(done) if Operation.objects.get(pk=pk).applied]


@pytest.mark.usefixtures("small_backlog")
def test_undo_counts_what_somebody_changed_since():
    done = json.loads(command("ops_cleanup", "--by", "ops", "--approved-by", "manager", "--json"))[
        "operations"
    ]
    HubError.objects.filter(error_table=make.DOL).update(owner="Somebody else")

    with pytest.raises(CommandError, match="Its rows: 1 changed since"):
        command("undo", f"OP-{done[0]}", "--by", "ops")
    found = json.loads(command("undo", *map(str, done[1:]), "--by", "ops", "--json"))

    assert found["reverted"] == 4


def test_undo_of_a_large_operation_needs_a_second_person(people):
    ops, _ = people
    make.errors(501)
    operation = plans.make("assign", rows=HubError.objects.all(), by=ops, owner="Platform team")
    ApprovalPolicy.objects.filter(name="BULK-ROWS").update(is_active=False)
    free = plans.make("assign", rows=HubError.objects.all(), by=ops, owner="Platform team")
    steering.discard(operation, by=ops)

    command_line.carry_out(free)
    ApprovalPolicy.objects.filter(name="BULK-ROWS").update(is_active=True)

    with pytest.raises(CommandError, match="needs approval by policy BULK-ROWS"):
        command("undo", str(free.pk), "--by", "ops")
    Operation.objects.filter(kind="undo", state="planned").update(state="cancelled", cancelled=501)
    found = json.loads(
        command("undo", str(free.pk), "--by", "ops", "--approved-by", "manager", "--json")
    )

    assert found["reverted"] == 501


@pytest.mark.usefixtures("people")
def test_undo_of_what_is_not_there_changes_nothing():
    with pytest.raises(CommandError, match="There is no OP-999"):
        command("undo", "999", "--by", "ops")


def test_readiness_prints_every_tier():
    make.promotable()

    assert json.loads(command("readiness", "--json")) == {
        "NOT_READY": 0,
        "TIER_0_ANCHOR_DONE": 1,
        "TIER_1_MARKETING_READY": 0,
        "TIER_2_ENRICHMENT_COMPLETE": 0,
        "TIER_3_CAMPAIGN_READY": 0,
    }


def test_a_row_that_drifted_is_found_and_rewritten():
    on = make.promotable()
    owner.corrupts(on.pk, filled_slots=1)

    with pytest.raises(CommandError, match=f"1 row differs(.|\n)*{on.pk}"):
        command("check_readiness")
    assert "1 row differed" in command("rebuild_readiness")
    assert "equals its definition" in command("check_readiness")
