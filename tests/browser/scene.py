"""A desk in the middle of the day: every kind of row and every state of work, committed, for tests that look at pages."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from governance.models import CompanyMaster, CompanySlot, Operation
from governance.services.approvals import requests, votes
from governance.services.operations import plans, runner, steering, undos
from tests import make
from tests.walk.world import World

LONG_WORD = "x" * 5_000
HOSTILE = (
    '<script>document.title="owned"</script><img src=x onerror="document.title=1">',
    "\u202egnp.exe\u202c \u200f\u2067right to left\u2069",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07",
    LONG_WORD,
    "'\"><svg/onload=document.title=2> =cmd|' /C calc'!A0 %00 {{ 7*7 }}",
)


class Scene(World):
    """The objects of the walk, with more around them."""

    def __init__(self) -> None:
        self.hostile = [make.error(message=text, code=f"H-{n}") for n, text in enumerate(HOSTILE)]
        self.rows = make.errors(60, make.DOL)
        self.companies = [self._hostile_company(text[:250]) for text in HOSTILE]
        self.operations = self._in_every_state()

    def _hostile_company(self, name: str) -> CompanyMaster:
        """A company whose rows at every hub are called so, with more errors than a page shows."""
        found = make.company(company_name=name, address_state=name, email_pattern=name)
        make.target("ready", outreach=found.outreach, email_method=name)
        make.person(outreach=found.outreach, email=name)
        CompanySlot.objects.create(outreach=found.outreach, slot_type=name)
        make.errors(52, outreach=found.outreach)
        make.error(outreach=found.outreach, disposition="RESOLVED")
        return found

    def _in_every_state(self) -> dict[str, Operation]:
        by = self.people["triager"]
        found = {
            name: self._parking(4, by)
            for name in ("planned", "paused", "running", "done", "discarded", "undone")
        }
        for name in ("paused", "running"):
            steering.start(found[name], by=by)
        steering.pause(found["paused"], by=by)
        steering.discard(found["discarded"], by=by)
        for name in ("done", "undone"):
            runner.run(found[name])
        found["undo"] = undos.plan(found["undone"], by=by)
        found["taken back"] = self._parking(2, by)
        runner.run(found["taken back"])
        runner.run(undos.plan(found["taken back"], by=by))
        found["in part"] = self._overtaken(by)
        make.policy(verbs=["assign"])
        found["gated"] = plans.make("assign", errors=[make.error()], by=by, owner="Platform team")
        found["rejected"] = plans.make(
            "assign", errors=[make.error()], by=by, owner="Platform team"
        )
        votes.reject(
            requests.make(found["rejected"], by=by), by=make.manager(), comment=LONG_WORD[:500]
        )
        return found

    def _overtaken(self, by: User) -> Operation:
        """Plan to park errors, and resolve one of them before it runs."""
        rows = make.errors(2)
        operation = plans.make("park", errors=rows, by=by, reason="DATA_QUALITY")
        runner.run(plans.make("resolve", errors=rows[:1], by=by, note="fixed"))
        runner.run(operation)
        return operation

    def _parking(self, rows: int, by: User) -> Operation:
        return plans.make(
            "park",
            errors=[make.error(message=LONG_WORD) for _ in range(rows)],
            by=by,
            reason="DATA_QUALITY",
        )


def cookies_of(person: User, address: str) -> list[dict[str, Any]]:
    """Give what a browser needs to be signed in as somebody."""
    client = Client()
    client.force_login(person)
    return [
        {
            "name": settings.SESSION_COOKIE_NAME,
            "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
            "url": address,
        }
    ]
