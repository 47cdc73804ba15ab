"""What people were asked to agree to: calls by RetellCaller, weeks ago and just now."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User

from governance.demo import clock
from governance.demo.canon import cast
from governance.demo.canon.cast import Lead
from governance.models import Approval, ToolCall
from governance.services import tokens
from governance.services.approvals import votes
from governance.services.canon import agreements
from governance.services.canon.calls import cost_of
from governance.toolbox.entries import Tool

TOOL, HUB, PIPELINE = "TOOL-011", "HUB-OUTREACH", "outreach"
HOME = "America/Chicago"
# where people are called somewhere at any hour
ZONES = (
    HOME,
    "America/Los_Angeles",
    "Europe/London",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Asia/Kolkata",
)
OPEN = range(10, 18)


class Earlier(NamedTuple):
    """A request of so many days ago about one of the leads; without `minutes` it was rejected."""

    days: int
    lead: int
    asked: str
    decided: str
    note: str
    comment: str
    minutes: int = 0
    fault: str = ""


EARLIER = (
    Earlier(24, 0, "15:40", "16:05", "No answer to two mails; the CFO asked for a call.", "Agreed: once.", 1, "no answer"),
    Earlier(21, 0, "16:10", "16:48", "A second try, in the morning there.", "Agreed.", 2),
    Earlier(18, 1, "17:02", "17:20", "She wrote that a call is fine this week.", "Agreed.", 4),
    Earlier(14, 0, "16:31", "18:11", "A third try.", "Two tries are enough for this month. Write a letter first."),
    Earlier(9, 3, "15:12", "15:30", "Met at the fair; expects a call.", "Agreed.", 3),
)  # fmt: skip
# how many minutes ago, by which contact, and why
WAITING = (
    (23.5, "Mara Ellison, CEO", "She asked for a call in the first week of the month."),
    (23, "Jonas Weller, CFO", "The calendar link got no answer."),
    (22.5, "Priya Kaur, HR", "Wants the offer explained before the board meets."),
    (22, "Owen Brandt, CEO", "Back from leave today, as his reply said."),
)


class Calls:
    """The requests of one pipeline, which `ops` answers for and the manager decides on."""

    def __init__(self) -> None:
        self.leads = cast.leads()
        self.tool: Tool = cast.canon().tools[TOOL]
        self.ops = User.objects.get(username="ops")
        self.manager = User.objects.get(username="manager")
        self.pipeline: User | None = None
        self.made: list[ToolCall] = []
        # what the guard said no to at first: lead, facts, when, correlation
        self.refused: list[tuple[Lead, dict[str, Any], datetime, str]] = []

    def sign_up(self, moment: datetime) -> None:
        """Make the pipeline's token, which nobody has the secret of."""
        with clock.at(moment):
            token, _ = tokens.make(
                name="Outreach calls",
                scopes=["pipeline"],
                by=None,
                pipeline=PIPELINE,
                responsible=self.ops,
                os_user="demo",
            )
        self.pipeline = token.account

    def look_back(self, on: Callable[[int, str], datetime]) -> None:
        """Tell of those that were decided, the earliest first."""
        for one in EARLIER:
            asked_at, decided_at = on(one.days, one.asked), on(one.days, one.decided)
            lead, facts = self.leads[one.lead], self.facts(self.leads[one.lead], HOME)
            correlation = f"call-{one.days:02}-{one.lead + 1}"
            with clock.at(asked_at):
                approval = self.ask(lead, facts, one.note, correlation)
            with clock.at(decided_at):
                self.decide(approval, one, lead, facts, correlation)
            self.refused.append((lead, facts, asked_at - timedelta(seconds=2), correlation))
            if one.minutes:
                begun = decided_at + timedelta(seconds=20)
                self.made.append(self.call(one, lead, facts, correlation, begun))

    def wait(self, ago: Callable[[float], datetime]) -> None:
        """Ask for four that the manager has not decided yet: three that may go at once, one where people are asleep."""
        now = ago(0)
        awake = [zone for zone in ZONES if _hour(now, zone) in OPEN] or [HOME]
        asleep = next(zone for zone in ZONES if _hour(now, zone) not in range(8, 21))
        zones = [awake[0], awake[-1], awake[0], asleep]
        for place, (minutes, contact, note) in enumerate(WAITING):
            moment, lead = ago(minutes), self.leads[place]
            facts = self.facts(lead, zones[place]) | {"contact": contact}
            correlation = f"call-00-{place + 1}"
            with clock.at(moment):
                self.ask(lead, facts, note, correlation)
            if zones[place] != asleep:
                self.refused.append((lead, facts, moment - timedelta(seconds=2), correlation))

    def facts(self, lead: Lead, zone: str) -> dict[str, Any]:
        return {
            "bit_score": lead.score,
            "contact_verified": True,
            "dnc_checked": True,
            "contact_timezone": zone,
        }

    def ask(self, lead: Lead, facts: dict[str, Any], note: str, correlation: str) -> Approval:
        assert self.pipeline is not None
        return agreements.open_request(
            tool=self.tool,
            hub_id=HUB,
            entity=lead.entity,
            facts=facts,
            by=self.pipeline,
            note=note,
            correlation_id=correlation,
        )

    def decide(
        self,
        approval: Approval,
        one: Earlier,
        lead: Lead,
        facts: dict[str, Any],
        correlation: str,
    ) -> None:
        vote = votes.approve if one.minutes else votes.reject
        vote(
            approval,
            by=self.manager,
            plan_hash=approval.plan_hash,
            comment=one.comment,
        )
        if one.minutes:
            agreements.spend(
                tool=self.tool,
                hub_id=HUB,
                entity=lead.entity,
                facts=facts,
                requester=self.pipeline,
                correlation_id=correlation,
            )

    def call(
        self,
        one: Earlier,
        lead: Lead,
        facts: dict[str, Any],
        correlation: str,
        begun: datetime,
    ) -> ToolCall:
        """Write down the call that an agreement let out."""
        took = one.minutes * 60_000 - 8_000
        return ToolCall(
            correlation_id=correlation,
            tool_id=self.tool.id,
            tool=self.tool.slug,
            tier=self.tool.tier.value,
            canon_version=cast.canon().version,
            hub=HUB,
            interaction=self.tool.interaction.value,
            entity=lead.entity,
            facts=facts,
            passed=True,
            by=self.pipeline,
            person=self.ops,
            channel="api",
            reserved_at=begun,
            status=ToolCall.Status.FAILED if one.fault else ToolCall.Status.SUCCEEDED,
            settled_at=begun + timedelta(milliseconds=took),
            duration=took,
            cost=Decimal(cost_of(self.tool, took)),
            is_stored=not one.fault,
            fault=one.fault,
        )


def _hour(moment: datetime, zone: str) -> int:
    return moment.astimezone(ZoneInfo(zone)).hour
