"""What happened before today: four days of work on the backlog, done by the services themselves.

It leaves every figure of the population as it was: what was done to its errors was taken back, what
was parked came in by a file, and what waits for a vote is about rows that no rule of the clean-up
touches.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User

from governance import subjects
from governance.demo import clock, provider_file, regular
from governance.demo.canon import story
from governance.demo.canon.story import Story
from governance.models import (
    Approval,
    ApprovalComment,
    ArchivedError,
    HubError,
    Operation,
    Playbook,
    PlaybookRun,
    PlaybookVersion,
    Report,
)
from governance.resources import errors, exports
from governance.services import savedviews
from governance.services.approvals import requests, votes
from governance.services.files import exports as files
from governance.services.files import imports
from governance.services.operations import command_line, plans, runner, undos
from governance.services.playbooks import reports, run_plans, versions

PEOPLE = "people.people_errors"
# how long before the newest error the console was set up
SHIPPED = timedelta(days=30)
RESOLVED_BY_HAND = 3
ESCALATED = 4
REVIEWED_LATER = 7
TRIAL = [
    {
        "name": "Mailboxes that do not exist",
        "error_table": PEOPLE,
        "codes": ["PI-E301"],
        "min_retries": 2,
        "verb": "park",
        "parameters": {"reason": "RETRIES_EXHAUSTED", "ttl_tier": "LONG"},
    },
    {
        "name": "Names that are incomplete",
        "error_table": PEOPLE,
        "codes": ["PI-E202"],
        "min_retries": 2,
        "verb": "park",
        "parameters": {"reason": "DATA_QUALITY"},
    },
]


def play(*, latest: datetime, now: datetime) -> None:
    """Tell the past of a demo whose newest error is of `latest`; what still waits was asked for just before `now`.

    Needs the owner of the tables, and nobody else at work.
    """
    past = Past(latest, now)
    canon = Story(past.on, past.ago)
    clock.backdate(PlaybookVersion, "created_at", latest - SHIPPED)
    canon.begin()
    past.keep_views()
    past.import_a_file()
    past.try_the_playbook()
    past.look_after_what_was_parked()
    past.hand_the_farms_over()
    rejected = past.ask_in_vain()
    past.retry_and_take_back()
    past.write_a_file()
    regular.play(past.on)
    past.plan_today(instead_of=rejected)
    canon.end()
    clock.settle()


def figures() -> list[tuple[str, int]]:
    """Return what there is to see of the past, counted."""
    return [
        ("operations", Operation.objects.count()),
        ("playbook runs", PlaybookRun.objects.count()),
        ("requests for approval", Approval.objects.count()),
        ("comments", ApprovalComment.objects.count()),
        ("reports", Report.objects.count()),
        ("parked errors", HubError.objects.filter(disposition="PARKED").count()),
        ("archived errors", ArchivedError.objects.count()),
        *story.figures(),
    ]


class Past:
    """The days before `latest`, and the hour before `now`."""

    def __init__(self, latest: datetime, now: datetime) -> None:
        self.latest, self.now = latest, now
        self.ops = User.objects.get(username="ops")
        self.manager = User.objects.get(username="manager")
        self.analyst = User.objects.get(username="analyst")
        self.playbook = Playbook.objects.get(slug="ops-backlog-cleanup")

    def on(self, days_before: int, time: str) -> datetime:
        """Return that time of day, so many days before the newest error."""
        hour, minute = map(int, time.split(":"))
        day = self.latest - timedelta(days=days_before)
        return day.replace(hour=hour, minute=minute)

    def ago(self, minutes: float) -> datetime:
        """Return the moment so many minutes ago, drawn together where the newest error is not an hour old."""
        hour = min(self.now - self.latest, timedelta(hours=1))
        return self.now - hour * (minutes / 60)

    def keep_views(self) -> None:
        """Keep lists: of the whole team, one that it starts with, and of two people alone."""
        queue, archive = "governance:error-list", "governance:archive-list"
        savedviews.save(
            page=queue,
            name="Escalated",
            query="disposition=PARKED&escalation_level=1&escalation_level=2&escalation_level=3",
            by=self.manager,
            shared=True,
        )
        savedviews.save(
            page=archive,
            name="Put away by people",
            query="archive_reason=MANUAL&archive_reason=RESOLVED&archive_reason=SUPERSEDED",
            by=self.manager,
            default=True,
        )
        savedviews.save(
            page=queue,
            name="My parked people errors",
            query="disposition=PARKED&error_table=people.people_errors&sort=expires",
            by=self.ops,
        )
        savedviews.save(
            page=queue,
            name="Weekly figures: no filing",
            query="code=NO_MATCH&code=NO_STATE&disposition=RETRY",
            by=self.analyst,
        )

    def import_a_file(self) -> None:
        """Bring errors in by a file, without the rows that its check refused."""
        with clock.at(self.on(4, "09:12")):
            file = errors.check(
                provider_file.written(latest=self.latest),
                name=provider_file.NAME,
                by=self.ops,
            )
        with clock.at(self.on(4, "09:15")):
            operation = imports.plan(
                file,
                by=self.ops,
                only_good=True,
            )
            runner.run(operation)

    def try_the_playbook(self) -> None:
        """Try it on what came in: narrowed, asked for, agreed to, done in part, reported, widened again."""
        shipped = self.playbook.current
        with clock.at(self.on(4, "09:40")):
            versions.save(
                self.playbook,
                TRIAL,
                by=self.manager,
                note="A trial on the provider's rows alone, before the whole backlog.",
                base=shipped.number,
            )
        run = self.run_the_trial()
        with clock.at(self.on(4, "10:06")):
            reports.ensure(run.pk)
        parked = sum(operation.applied for operation in run.operations.all())
        with clock.at(self.on(4, "10:41")):
            versions.save(
                self.playbook,
                shipped.rules,
                by=self.manager,
                note=f"Report read: {parked} rows parked, nothing else changed. Back to the whole backlog.",
                base=shipped.number + 1,
            )

    def run_the_trial(self) -> PlaybookRun:
        """Ask, talk, agree; rows that were resolved by hand in between are left alone."""
        with clock.at(self.on(4, "09:44")):
            run = run_plans.make(self.playbook.current, by=self.ops)
            asked = requests.make(
                run,
                by=self.ops,
                note="The tries of all these rows are used up. The first run of this playbook.",
            )
        with clock.at(self.on(4, "09:52")):
            self.do(
                "resolve",
                errors=self.came_in("PI-E301")[:RESOLVED_BY_HAND],
                note="The company wrote back: these people have new addresses.",
            )
        with clock.at(self.on(4, "09:58")):
            body = "Some of these rows were resolved a moment ago. Does the run change them again?"
            requests.comment(asked, by=self.manager, body=body)
        with clock.at(self.on(4, "10:01")):
            body = "No. It leaves alone what changed since the plan, and the report says so."
            requests.comment(asked, by=self.ops, body=body)
        with clock.at(self.on(4, "10:05")):
            votes.approve(
                asked,
                by=self.manager,
                plan_hash=run.plan_hash,
                comment="Agreed. I read the report before the large run.",
            )
            run.refresh_from_db()
            command_line.carry_out(run)
        return run

    def look_after_what_was_parked(self) -> None:
        """Escalate a few of the parked rows; archive those that were resolved."""
        with clock.at(self.on(3, "09:20")):
            self.do(
                "escalate",
                errors=self.came_in("PI-E202")[:ESCALATED],
                note="Board members: the lead decides whether anybody writes to them.",
            )
        with clock.at(self.on(3, "11:05")):
            resolved = HubError.objects.filter(disposition="RESOLVED")
            self.do("archive", errors=resolved, reason="RESOLVED")

    def hand_the_farms_over(self) -> None:
        """Assign what a search found, of which somebody changes a few rows between plan and start."""
        with clock.at(self.on(1, "08:40")):
            planned = self.plan_all(
                "assign",
                "code=NO_MATCH&disposition=RETRY&q=family+farms",
                owner="Platform team",
            )
        with clock.at(self.on(1, "08:47")):
            chosen = plans.rows_of(planned, planned.items.all()).order_by("pk")
            self.do(
                "set_ttl",
                by=self.manager,
                errors=chosen[:REVIEWED_LATER],
                ttl_tier="LONG",
            )
        with clock.at(self.on(1, "08:55")):
            runner.run(planned)

    def ask_in_vain(self) -> Operation:
        """Ask to archive what blocks promotion, to be told what to do instead; returns the rejected plan."""
        with clock.at(self.on(1, "09:31")):
            planned = self.plan_all("archive", "code=NO_STATE&disposition=RETRY", reason="MANUAL")
            asked = requests.make(
                planned,
                by=self.ops,
                note="Nobody looks these up before the next registry file. May they leave the queue?",
            )
        with clock.at(self.on(1, "10:10")):
            body = "What keeps such a company from being promoted without a filing then?"
            requests.comment(asked, by=self.manager, body=body)
        with clock.at(self.on(1, "10:24")):
            body = "Nothing, once they are archived. I thought the registry file comes first."
            requests.comment(asked, by=self.ops, body=body)
        with clock.at(self.on(1, "11:02")):
            lost = planned.effect["last_blocker"]
            votes.reject(
                asked,
                by=self.manager,
                plan_hash=planned.plan_hash,
                comment=f"{lost:,} companies would lose their last blocker without a fix. Park the rows with the clean-up: they keep blocking, and stay in sight.",
            )
        return planned

    def retry_and_take_back(self) -> None:
        """Queue attempts, and take them back once it is clear that they cannot succeed."""
        noon = self.latest - timedelta(hours=20)
        with clock.at(self.on(1, "14:05")):
            retried = self.plan_all(
                "retry",
                f"code=PI-E001&created_before={noon:%Y-%m-%dT%H:%M:%SZ}&disposition=RETRY&retry_count=0",
            )
            runner.run(retried)
        with clock.at(self.on(1, "15:20")):
            runner.run(undos.plan(retried, by=self.ops))

    def write_a_file(self) -> None:
        """Take the companies that can be written to out as a workbook."""
        with clock.at(self.on(1, "16:10")):
            export = exports.named("readiness")
            chosen = export.from_text("tier=TIER_3_CAMPAIGN_READY")
            file = files.request(
                subject=export.name,
                filter=chosen.canonical(),
                rows=chosen.qs.count(),
                by=self.analyst,
            )
            exports.write_file(file.pk)

    def plan_today(self, *, instead_of: Operation) -> None:
        """Leave a request for the manager to decide, and a run of the whole playbook that nobody has asked for."""
        with clock.at(self.ago(50)):
            planned = self.plan_all(
                "retry", "code=blocked&error_table=company.url_discovery_failures"
            )
            asked = requests.make(
                planned,
                by=self.ops,
                note="The crawler now says who it is: sites that refused it may let it in.",
            )
        with clock.at(self.ago(37)):
            body = "I opened twenty of them by hand, and fourteen answered."
            requests.comment(asked, by=self.ops, body=body)
        with clock.at(self.ago(24)):
            note = f"In place of {instead_of}: parks its rows, which keep blocking."
            run_plans.make(self.playbook.current, by=self.ops, note=note)

    def came_in(self, code: str) -> Any:
        """Return the errors of the file with that code, in a lasting order."""
        return HubError.objects.filter(code=code).order_by("pk")

    def do(self, verb: str, *, by: User | None = None, **asked: Any) -> None:
        """Plan it for single rows and run it to its end."""
        runner.run(plans.make(verb, by=by or self.ops, **asked))

    def plan_all(self, verb: str, query: str, **asked: Any) -> Operation:
        """Plan it for all rows of a filter of the queue, as the page does."""
        subject = subjects.named("error")
        chosen = subject.resolve("filterset").from_text(query, subject.rows)
        return plans.make(
            verb,
            by=self.ops,
            rows=chosen.qs,
            filter=chosen.canonical(),
            scope="all",
            **asked,
        )
