"""The first page: what needs attention now, for this person."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from governance.charts import backlog as days
from governance.charts import catalog
from governance.charts import companies as standings
from governance.models import Operation, PlaybookRun, Tier
from governance.queries import overview, scheduledexports, tokens
from governance.queries.jobs import listed
from governance.queries.operations import titles
from governance.resources.exports import EXPORT
from governance.services.files.scheduled import STOP
from outreach_admin import health
from outreach_admin.ui import figures
from outreach_admin.ui.pages.base import Link, Page
from outreach_admin.ui.parts import overview as lines
from outreach_admin.ui.people import name_of

BLOCKING = ("PARKED", "RETRY")
BLOCKING_QUERY = urlencode({"disposition": BLOCKING}, doseq=True)


class Need(NamedTuple):
    """One thing that waits for this person."""

    tone: str
    icon: str
    text: str
    note: str
    url: str = ""
    rows: int = 0


class Overview(Page):
    """Blocking errors by cause, companies by tier, work under way, and what this person should do next."""

    permission_required = ()
    template_name = "governance/overview/page.html"
    part_template = "governance/overview/_now.html"
    title = "Overview"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        found = overview.backlog()
        work = overview.work(user, at=self.as_of)
        approvals = overview.waiting_for(user, at=self.as_of)
        companies = overview.companies()
        context = {
            "backlog": found,
            "causes": [(cause, found.causes[0].rows - cause.rows) for cause in found.causes],
            "levels": overview.LEVELS,
            "companies": companies,
            "tiers": standings.tiers(companies.cube),
            "promotable": standings.promotable(companies.cube),
            "not_ready": companies.tiers[Tier.NOT_READY],
            "complete": companies.tiers[Tier.ENRICHMENT_COMPLETE],
            "campaign": companies.tiers[Tier.CAMPAIGN_READY],
            "chart": days.by_day(self.as_of) if user.has_perm(catalog.ERRORS) else None,
            "latest": [Latest.of(one) for one in work.latest],
            "approvals": approvals,
            "needs": list(self.needs(found, work, approvals)),
            "may_run": user.has_perm("governance.run_operation"),
            "outside": overview.outside_changes(at=self.as_of),
            "blocking": BLOCKING,
            "troubles": health.troubles(),
            "lines": lines.lines(self.request),
        }
        return super().get_context_data(**context | kwargs)

    def needs(
        self, found: overview.Backlog, work: overview.Work, approvals: list[Any]
    ) -> Iterator[Need]:
        """List what waits: decisions first, then one's own requests and plans, then what stands still."""
        user = self.request.user
        for approval in approvals[: overview.SHOWN]:
            asked = name_of(approval.requester)
            address = reverse("governance:approval-detail", args=[approval.pk])
            note = f"{about(approval)}, asked by {asked} {figures.ago(approval.requested_at, self.as_of)}, expires {figures.ago(approval.expires_at, self.as_of)}"
            yield Need("warn", "shield", f"Approve: {asked_for(approval).label}", note, address)
        yield from self.rejections()
        yield from self.own_plans(work)
        yield from self.ending_tokens()
        if user.has_perm("governance.run_operation"):
            yield from standing_still(work)
            yield from self.errors(found)
        yield from opened_gates()
        yield from unreconciled()
        yield from self.files()

    def rejections(self) -> Iterator[Need]:
        """List this person's requests that were rejected, with the reason, until they are dealt with."""
        for approval in overview.rejected_for(self.request.user):
            latest = asked_for(approval)
            why = [
                f"{name_of(vote.voter)}: “{vote.comment}”"
                for vote in approval.votes.all()
                if vote.decision == "reject"
            ]
            yield Need(
                "bad",
                "blocked",
                f"Rejected: {latest.label}",
                f"{' '.join(why)} {about(approval)}: ask anew, or discard it",
                latest.url,
            )

    def own_plans(self, work: overview.Work) -> Iterator[Need]:
        """List plans of this person that nobody has asked for, or that were approved and not started."""
        for one in work.mine[: overview.SHOWN]:
            latest = Latest.of(one)
            what = what_to_do(one)
            yield Need(
                "run",
                "play",
                f"{what}: {latest.title}",
                f"{one}, valid until {figures.exact(one.expires_at)}",
                latest.url,
            )

    def ending_tokens(self) -> Iterator[Need]:
        """List the tokens that this person answers for and that end within 14 days."""
        for token in tokens.ending_for(self.request.user, at=self.as_of):
            ends = figures.ago(token.expires_at, self.as_of)
            is_near = token.expires_at <= self.as_of + token.VERY_SOON
            yield Need(
                "bad" if is_near else "warn",
                "key",
                f"Token “{token.name}” ends {ends}",
                f"{token.prefix}…, renew it before its user is refused",
                reverse("governance:token-detail", args=[token.pk]),
            )

    def files(self) -> Iterator[Need]:
        """List scheduled exports whose last file failed or came out empty: one's own, or all where one may stop those of others."""
        user = self.request.user
        if not user.has_perm(EXPORT):
            return
        found = scheduledexports.to_look_at(user, all_of_them=user.has_perm(STOP))
        for file in found[: overview.SHOWN]:
            went = "came out empty" if file.is_empty else "failed"
            whose = f", of {name_of(file.requester)}" if file.requester_id != user.pk else ""
            note = f"Due {figures.exact(file.due_at)}{whose}. {file.note}".rstrip(". ")
            address = reverse("governance:scheduledexport-detail", args=[file.scheduled_id])
            tone, shape = ("warn", "warn") if file.is_empty else ("bad", "blocked")
            yield Need(tone, shape, f"Export {went}: {file.scheduled.name}", note, address)

    def errors(self, found: overview.Backlog) -> Iterator[Need]:
        """List errors whose time runs out, and those that were escalated."""
        rows, at_least = overview.expiring(at=self.as_of)
        queue = reverse("governance:error-list")
        if rows:
            address = f"{queue}?{BLOCKING_QUERY}&expires_after=now&expires_before=in-48h"
            text = f"{'At least ' if at_least else ''}{rows:,} blocking errors expire within 48 h"
            yield Need(
                "warn", "clock", text, "At expiry they are archived and their gates open", address
            )
        owners = {1: "hub teams", 2: "hub leads", 3: "the platform team"}
        for level in reversed(overview.LEVELS):
            if found.levels[level]:
                address = f"{queue}?disposition=PARKED&escalation_level={level}"
                yield Need(
                    "bad" if level == overview.LEVELS[-1] else "warn",
                    "warn",
                    f"{figures.counted(found.levels[level], 'error')} escalated to {owners[level]}",
                    f"Level {level}",
                    address,
                )


def about(approval: Any) -> str:
    """Name what a request is about beside its title."""
    call = approval.asked_call
    return f"V-GATE-002 for {call.hub_id}" if call else str(approval.subject)


def asked_for(approval: Any) -> Link:
    """Name what a request is about, and lead to it; a call has no page but its request."""
    if approval.plan is None:
        address = reverse("governance:approval-detail", args=[approval.pk])
        return Link(titles.title_of_plan(approval.subject), address)
    latest = Latest.of(approval.plan)
    return Link(latest.title, latest.url)


def what_to_do(plan: Operation | PlaybookRun) -> str:
    """Say what waits for who planned it."""
    if not plan.eligible:
        return "Discard, no row is eligible"
    if plan.state == "approved":
        return "Start"
    return "Ask for or discard" if plan.gate else "Start or discard"


def unreconciled() -> Iterator[Need]:
    """List reports whose totals do not agree."""
    for report in overview.unreconciled():
        yield Need(
            "bad",
            "blocked",
            f"{report} is UNRECONCILED",
            "Its totals do not agree with the stored events",
            reverse("governance:report-detail", args=[report.pk]),
        )


def opened_gates() -> Iterator[Need]:
    """Say that companies may go on because errors expired, until somebody has looked at them."""
    if rows := listed.to_review():
        yield Need(
            "warn",
            "warn",
            f"{figures.counted(rows, 'gate')} opened through expiry",
            "Nobody has looked at these companies yet",
            f"{reverse('governance:jobrun-gates')}?reviewed=false",
        )


def standing_still(work: overview.Work) -> Iterator[Need]:
    """List operations that are paused or held, and those with failed rows of the last day."""
    for operation in work.held[: overview.SHOWN]:
        address = reverse("governance:operation-detail", args=[operation.pk])
        yield Need(
            "warn",
            "pause",
            f"Paused: {titles.title_of(operation)}",
            f"{operation}. {operation.state_note}".rstrip(" ."),
            address,
        )
    for operation, rows in work.failed[: overview.SHOWN]:
        address = (
            f"{reverse('governance:operation-rows', args=[operation.pk])}?outcome=failed&left=1"
        )
        yield Need(
            "bad",
            "blocked",
            f"{figures.counted(rows)} failed: {titles.title_of_plan(operation)}",
            f"{operation}, see the reasons and retry them",
            address,
        )


class Latest(NamedTuple):
    """One operation or playbook run in the list of work."""

    one: Operation | PlaybookRun
    title: str
    url: str
    rows: str

    @classmethod
    def of(cls, one: Any) -> "Latest":
        """Name it and count its rows without a query."""
        if isinstance(one, Operation):
            title = titles.title_of(one)
            address = reverse("governance:operation-detail", args=[one.pk])
        else:
            title = titles.title_of_run(one)
            address = reverse("governance:run-detail", args=[one.pk])
        done, rows = titles.share_of(one)
        is_part = one.started_at and done < rows
        return cls(one, title, address, f"{done:,} of {rows:,}" if is_part else f"{rows:,}")
