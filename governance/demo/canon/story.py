"""Four weeks of the tool canon: told by the services where people acted, written at once where programs called."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from governance.demo import clock
from governance.demo.canon import ledger, refusals
from governance.demo.canon.requests import Calls
from governance.models import Approval, CanonVersion, KillSwitch, ToolCall, ViolationCase
from governance.services.canon import switches
from governance.services.operations import plans, runner
from governance.toolbox import codes

# how many days before the newest error the canon was put in force, and the pipeline that asks for calls began
IN_FORCE, BEGAN = 30, 27


class Story:
    """What is told before the past of the backlog, and what after it: numbers of requests and operations rise with time."""

    def __init__(
        self,
        on: Callable[[int, str], datetime],
        ago: Callable[[float], datetime],
    ) -> None:
        self.on, self.ago = on, ago
        self.calls = Calls()
        self.ops = User.objects.get(username="ops")
        self.manager = User.objects.get(username="manager")

    def begin(self) -> None:
        """Tell what people did on the days before: asked for calls, stopped tools, let one go on."""
        for name in ("loaded_at", "enforced_at"):
            clock.backdate(CanonVersion, name, self.on(IN_FORCE, "07:00"))
        self.calls.sign_up(self.on(BEGAN, "08:30"))
        self.calls.look_back(self.on)
        with clock.at(self.on(12, "10:12")):
            stopped = switches.stop(
                "firecrawl",
                by=self.ops,
                reason="Bills do not match the ledger.",
            )
        with clock.at(self.on(12, "13:40")):
            switches.release(
                stopped,
                by=self.manager,
                reason="The vendor had counted retries; its bill is corrected.",
            )

    def end(self) -> None:
        """Tell what waits now, all that programs called and were refused, and what became of old cases."""
        self.calls.wait(self.ago)
        with transaction.atomic():
            ledger.write(self.calls.made, until=self.ago(0))
            refusals.record(self.calls, until=self.ago(0))
        with clock.at(self.ago(21.8)):
            switches.stop(
                "composio-router",
                by=self.ops,
                reason="The sandbox's key leaked into a log; a new one is asked for.",
            )
        self.look_after_cases()

    def look_after_cases(self) -> None:
        """Resolve, archive and queue what is some days old; the rest stays as it was filed."""
        latest = self.ago(0)
        old = Q(at__lt=latest - timedelta(days=5))
        with clock.at(self.ago(21.6)):
            met = old & Q(code__in=[codes.GATE_UNMET, codes.NO_GATES])
            self.do("resolve_violation", met, note=refusals.RESOLVED)
        with clock.at(self.ago(21.4)):
            decided = Q(code=codes.NOT_APPROVED, at__lt=latest - timedelta(days=2))
            self.do("archive_violation", decided, note=refusals.DECIDED)
        with clock.at(self.ago(21.2)):
            self.do("retry_violation", Q(code=codes.OTHER_INTERACTION))
        with clock.at(self.ago(21)):
            key = Q(code=codes.KEY_MISSING, at__gte=latest - timedelta(hours=12))
            self.do("park_violation", key, reason="ESCALATION_REQUIRED")

    def do(self, verb: str, chosen: Q, **asked: Any) -> None:
        """Plan it for these cases and run it to its end."""
        rows = ViolationCase.objects.filter(chosen)
        operation = plans.make(
            verb,
            by=self.ops,
            rows=rows,
            **asked,
        )
        runner.run(operation)


def figures() -> list[tuple[str, int]]:
    """Return what there is to see of the canon, counted."""
    return [
        ("calls of tools", ToolCall.objects.count()),
        ("violations", ViolationCase.objects.count()),
        ("violations that hold a company back", ViolationCase.objects.blocking().count()),
        ("calls that wait for a person", Approval.objects.of_calls().open().count()),
        ("switches", KillSwitch.objects.count()),
    ]
