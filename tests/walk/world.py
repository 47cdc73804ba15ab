"""Who walks, and one object of each kind that addresses speak of, made when it is asked for."""

from datetime import time
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User

from governance.models import (
    Approval,
    ApprovalPolicy,
    CampaignList,
    CanonVersion,
    CheckReport,
    ExportFile,
    HubError,
    ImportFile,
    JobRun,
    KillSwitch,
    OpenedGate,
    Operation,
    Playbook,
    PlaybookRun,
    Readiness,
    Report,
    Schedule,
    ScheduledExport,
    Token,
    ToolCall,
)
from governance.resources import errors
from governance.services.approvals import requests, votes
from governance.services.canon import switches, versions
from governance.services.files import campaigns
from governance.services.jobs import runs as job_runs
from governance.services.jobs import schedules
from governance.services.operations import command_line, plans, runner, steering
from governance.services.playbooks import reports, run_plans, runs
from tests import checked, ledgers, make
from tests.governance.canon import canons
from tests.governance.services.canon.calling import requested

ROLES = ("viewer", "analyst", "triager", "manager", "admin")
RULE = {
    "name": "Park",
    "error_table": make.CT,
    "codes": [],
    "min_retries": None,
    "max_retries": None,
    "verb": "park",
    "parameters": {"reason": "DATA_QUALITY"},
}


class World:
    """One object of each kind; whatever was planned, asked for or uploaded is the triager's."""

    @cached_property
    def people(self) -> dict[str, User]:
        """One person of each role."""
        return {role: getattr(make, role)() for role in ROLES}

    @property
    def triager(self) -> User:
        """Whose work the objects are."""
        return self.people["triager"]

    @cached_property
    def violation(self) -> Any:
        """A violation of the tool canon."""
        return make.violation()

    @cached_property
    def error(self) -> Any:
        """A live error."""
        return make.error()

    @cached_property
    def archived(self) -> Any:
        """An error in the archive."""
        return make.archived()

    @cached_property
    def view(self) -> Any:
        """A saved view everybody has."""
        return make.view(is_shared=True)

    @cached_property
    def stale_view(self) -> Any:
        """A saved view everybody has, which asks for a filter that there is no longer."""
        return make.view(is_shared=True, query="code=NO_MATCH&legacy=1")

    @cached_property
    def job_run(self) -> JobRun:
        """A run of a job that opened a gate which nobody has looked at."""
        run = job_runs.claim("daily", trigger="schedule", started_by="schedule", is_dry=True)
        job_runs.carry_on(run.pk)
        OpenedGate.objects.create(run=run, outreach=make.promotable(), opens_outreach=True)
        return run

    @cached_property
    def proposal(self) -> Schedule:
        """Another schedule that somebody outside of the walk proposed."""
        return schedules.propose("daily", by=make.manager(), at=time(8), reason="later")

    def parking(self, *more: Any) -> Operation:
        """A plan to park an error of its own, and `more`."""
        return plans.make(
            "park", errors=[make.error(), *more], by=self.triager, reason="DATA_QUALITY"
        )

    @cached_property
    def planned(self) -> Operation:
        """A plan that waits to be started."""
        return self.parking()

    @cached_property
    def running(self) -> Operation:
        """An operation under way."""
        operation = self.parking()
        steering.start(operation, by=self.triager)
        return operation

    @cached_property
    def paused(self) -> Operation:
        """An operation that was stopped on its way."""
        operation = self.parking()
        steering.start(operation, by=self.triager)
        steering.pause(operation, by=self.triager)
        return operation

    @cached_property
    def ended(self) -> Operation:
        """An operation at its end, with a row that it skipped."""
        changed = make.error()
        operation = self.parking(changed)
        HubError.objects.filter(pk=changed.pk).update(owner="Platform team")
        runner.run(operation)
        return operation

    @cached_property
    def done_to_one(self) -> Operation:
        """An operation that changed one row."""
        operation = self.parking()
        runner.run(operation)
        return operation

    @cached_property
    def gated(self) -> Operation:
        """A plan that needs the word of somebody else."""
        make.policy(verbs=["resolve"])
        return plans.make("resolve", errors=[make.error()], by=self.triager, note="fixed")

    @cached_property
    def approval(self) -> Approval:
        """A request that waits for a vote."""
        return requests.make(self.gated, by=self.triager)

    @cached_property
    def asked_call(self) -> Approval:
        """A request for a call of a tool, which waits for a vote."""
        return requested(by=self.triager)

    @cached_property
    def rejected(self) -> Approval:
        """A request that somebody refused."""
        return votes.reject(self.approval, by=self.people["manager"], comment="Retry them first.")

    @cached_property
    def playbook(self) -> Playbook:
        """A playbook that parks, with a row for it."""
        make.error()
        return make.playbook([RULE]).playbook

    @cached_property
    def run(self) -> PlaybookRun:
        """A planned run of it, which needs the word of somebody else."""
        return run_plans.make(self.playbook.current, by=self.triager)

    @cached_property
    def free_run(self) -> PlaybookRun:
        """A planned run that no policy stops."""
        ApprovalPolicy.objects.update(is_active=False)
        return run_plans.make(self.playbook.current, by=self.triager)

    @cached_property
    def run_under_way(self) -> PlaybookRun:
        """A run that was started."""
        runs.start(self.free_run, by=self.triager)
        return self.free_run

    @cached_property
    def ended_run(self) -> PlaybookRun:
        """A run at its end."""
        make.error()
        run = run_plans.make(self.playbook.current, by=self.triager)
        command_line.carry_out(run, approved_by=self.people["manager"])
        return run

    @cached_property
    def switch(self) -> KillSwitch:
        """A switch that stops a tool."""
        return switches.stop("firecrawl", by=self.triager, reason="It misbehaves.")

    @cached_property
    def canon(self) -> CanonVersion:
        """A version of the canon that somebody brought in, and nobody has put in force."""
        return versions.load(canons.text(3), by=make.manager())

    @cached_property
    def reserved(self) -> ToolCall:
        """A call that nobody has settled."""
        return ledgers.call(by=self.triager)

    @cached_property
    def checked(self) -> CheckReport:
        """A report of the canon's checks with one before it."""
        before = [checked.finding(), checked.finding("bs4")]
        now = [checked.finding(), checked.waived("scrapy"), checked.unreadable()]
        return checked.over_time(before, now)[-1]

    @cached_property
    def token(self) -> Token:
        """A token of his."""
        found, _ = make.token(account=self.triager)
        return found

    @cached_property
    def report(self) -> Report:
        """The report of a run that has ended."""
        found = reports.ensure(self.ended_run.pk)
        assert found is not None
        return found

    @cached_property
    def export(self) -> ExportFile:
        """A file that is still being made."""
        return ExportFile.objects.create(subject="errors", format="xlsx", requester=self.triager)

    @cached_property
    def scheduled_export(self) -> ScheduledExport:
        """An export of each day whose last file came out empty."""
        made = make.scheduled_export(owner=self.triager)
        due = {"scheduled": made, "due_at": made.due_since}
        wanted = {"subject": "errors", "format": "csv", "state": "ready", "rows": 0}
        wanted["path"] = self.file_on_the_disk("0-errors.csv")
        ExportFile.objects.create(requester=self.triager, **wanted | due)
        return made

    def file_on_the_disk(self, name: str) -> str:
        """Write a file that has a head and no row; give its path."""
        folder = Path(settings.MEDIA_ROOT) / "exports"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("error_id")
        return f"exports/{name}"

    @cached_property
    def stopped_export(self) -> ScheduledExport:
        """An export that its owner stopped."""
        return make.scheduled_export(owner=self.triager, is_on=False)

    @cached_property
    def campaign(self) -> CampaignList:
        """A list that a campaign was given."""
        make.promotable()
        return campaigns.take(Readiness.objects.all(), filter="", by=self.triager)

    @cached_property
    def upload(self) -> ImportFile:
        """A checked upload with one good row."""
        content = f"error_table,code\n{make.CT},CT-M-NO-MX\n".encode()
        return errors.check(BytesIO(content), name="errors.csv", by=self.triager)
