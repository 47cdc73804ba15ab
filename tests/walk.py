"""Every address of the console: who may open it, who may send to it. One line an address; a new one needs a line."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any

from django.contrib.auth.models import User

from governance.models import (
    Approval,
    ExportFile,
    ImportFile,
    Operation,
    Playbook,
    PlaybookRun,
    Report,
)
from governance.resources import errors
from governance.services.approvals import requests
from governance.services.operations import command_line, plans
from governance.services.playbooks import reports, run_plans
from tests import make

ROLES = ("viewer", "analyst", "triager", "manager", "admin")
ALL = frozenset(ROLES)
ACTING = frozenset({"triager", "manager"})
APPROVING = frozenset({"manager"})
# whose plans the objects below are
REQUESTING = frozenset({"triager"})
EXPORTING = ACTING | {"analyst"}
NOBODY: frozenset[str] = frozenset()


class World:
    """One object of each kind that addresses speak of, made when it is asked for."""

    @cached_property
    def people(self) -> dict[str, User]:
        """One person of each role."""
        return {role: getattr(make, role)() for role in ROLES}

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
    def operation(self) -> Operation:
        """A plan that waits to be started."""
        return plans.make(
            "park", errors=[self.error], by=self.people["triager"], reason="DATA_QUALITY"
        )

    @cached_property
    def approval(self) -> Approval:
        """A triager's request that waits for a vote."""
        make.policy(verbs=["resolve"])
        gated = plans.make(
            "resolve", errors=[make.error()], by=self.people["triager"], note="fixed"
        )
        return requests.make(gated, by=self.people["triager"])

    @cached_property
    def playbook(self) -> Playbook:
        """A playbook that parks."""
        rule = {
            "name": "Park",
            "error_table": make.CT,
            "codes": [],
            "min_retries": None,
            "max_retries": None,
            "verb": "park",
        }
        return make.playbook([{**rule, "parameters": {"reason": "DATA_QUALITY"}}]).playbook

    @cached_property
    def run(self) -> PlaybookRun:
        """A planned run of it."""
        make.error()
        return run_plans.make(self.playbook.current, by=self.people["triager"])

    @cached_property
    def report(self) -> Report:
        """The report of a run that has ended."""
        make.error()
        run = run_plans.make(self.playbook.current, by=self.people["triager"])
        command_line.carry_out(run, approved_by=self.people["manager"])
        found = reports.ensure(run.pk)
        assert found is not None
        return found

    @cached_property
    def export(self) -> ExportFile:
        """A file that is still being made."""
        return ExportFile.objects.create(
            subject="errors", format="xlsx", requester=self.people["triager"]
        )

    @cached_property
    def upload(self) -> ImportFile:
        """A triager's checked upload with one good row."""
        return errors.check(
            BytesIO(f"error_table,code\n{make.CT},CT-M-NO-MX\n".encode()),
            name="errors.csv",
            by=self.people["triager"],
        )


Objects = Callable[[World], tuple[Any, ...]]


@dataclass(frozen=True)
class Address:
    """What is expected at one address: `get` and `post` name the roles, `objects` what the path speaks of."""

    get: frozenset[str] = NOBODY
    post: frozenset[str] = NOBODY
    objects: Objects = lambda world: ()
    sent: dict[str, str] = field(default_factory=dict)
    query: str = ""
    open_to_strangers: bool = False
    # what else is as it should be, such as a part of the console that does not run in tests
    also: tuple[int, ...] = ()


def page(who: frozenset[str], objects: Objects = lambda world: (), **more: Any) -> Address:
    """An address to look at."""
    return Address(get=who, objects=objects, **more)


def form(who: frozenset[str], objects: Objects = lambda world: (), **more: Any) -> Address:
    """An address to look at and to send to, for the same people."""
    return Address(get=who, post=who, objects=objects, **more)


def action(who: frozenset[str], objects: Objects = lambda world: (), **sent: str) -> Address:
    """An address that is only sent to."""
    return Address(post=who, objects=objects, sent=sent)


def an_error(world: World) -> tuple[Any, ...]:
    return (world.error.pk,)


def an_operation(world: World) -> tuple[Any, ...]:
    return (world.operation.pk,)


def an_approval(world: World) -> tuple[Any, ...]:
    return (world.approval.pk,)


def a_playbook(world: World) -> tuple[Any, ...]:
    return (world.playbook.slug,)


def a_run(world: World) -> tuple[Any, ...]:
    return (world.run.pk,)


def a_view(world: World) -> tuple[Any, ...]:
    return (world.view.pk,)


def an_upload(world: World) -> tuple[Any, ...]:
    return (world.upload.pk,)


ADDRESSES: dict[str, Address] = {
    "healthz": page(ALL, open_to_strangers=True, also=(503,)),
    "login": form(ALL, open_to_strangers=True, also=(302,)),
    "logout": Address(post=ALL, open_to_strangers=True),
    "password_change": form(ALL),
    "ui:preferences": Address(post=ALL, sent={"theme": "dark"}, open_to_strangers=True),
    "ui:keys": page(ALL, open_to_strangers=True),
    # overview
    "governance:overview": page(ALL),
    # errors
    "governance:error-list": page(ALL),
    "governance:error-detail": page(ALL, an_error),
    "governance:group-list": page(ALL),
    "governance:archive-list": page(ALL),
    "governance:archive-detail": page(ALL, lambda world: (world.archived.pk,)),
    "governance:view-save": form(
        ALL,
        query="page=governance:error-list",
        sent={"page": "governance:error-list", "name": "Mine", "query": "code=NO_MATCH"},
    ),
    "governance:view-delete": action(APPROVING, a_view),
    "governance:view-default": action(APPROVING, a_view),
    # files
    "governance:error-export": form(EXPORTING, query="code=NO_MATCH"),
    "governance:archive-export": form(EXPORTING),
    "governance:readiness-export": form(EXPORTING),
    "governance:audit-export": form(EXPORTING),
    "governance:export-list": page(EXPORTING),
    "governance:export-download": page(EXPORTING, lambda world: (world.export.pk,), also=(404,)),
    "governance:error-import": form(ACTING),
    "governance:import-template": page(ACTING),
    "governance:import-detail": page(ACTING, an_upload),
    "governance:import-problems": page(ACTING, an_upload),
    "governance:import-rows": page(ACTING, an_upload),
    # only who uploaded a file decides on it
    "governance:import-plan": action(frozenset({"triager"}), an_upload),
    "governance:import-discard": action(frozenset({"triager"}), an_upload),
    # operations
    "governance:operation-list": page(ALL),
    "governance:operation-plan": form(ACTING, lambda world: ("park",), query="code=NO_MATCH"),
    "governance:operation-detail": page(ALL, an_operation),
    "governance:operation-rows": page(ALL, an_operation),
    "governance:operation-outcomes": page(ALL, an_operation),
    "governance:operation-start": action(ACTING, an_operation),
    "governance:operation-request": action(REQUESTING, an_operation),
    "governance:operation-pause": action(ACTING, an_operation),
    "governance:operation-resume": action(ACTING, an_operation),
    "governance:operation-cancel": action(ACTING, an_operation),
    "governance:operation-discard": action(ACTING, an_operation),
    "governance:operation-throttle": action(ACTING, an_operation, rows_a_second="100"),
    "governance:operation-undo": action(ACTING, an_operation),
    "governance:operation-retry": action(ACTING, an_operation),
    "governance:operation-revise": action(ACTING, an_operation),
    # approvals
    "governance:approval-list": page(ALL),
    "governance:approval-detail": page(ALL, an_approval),
    "governance:approval-vote": action(APPROVING, an_approval, decision="approve"),
    "governance:approval-comment": action(ACTING, an_approval, body="Why these?"),
    "governance:approval-withdraw": action(REQUESTING, an_approval),
    # playbooks
    "governance:playbook-list": page(ALL),
    "governance:playbook-detail": page(ALL, a_playbook),
    "governance:playbook-edit": form(ACTING, a_playbook),
    "governance:playbook-simulate": action(ACTING, a_playbook),
    "governance:playbook-plan": action(ACTING, a_playbook),
    "governance:run-detail": page(ALL, a_run),
    "governance:run-start": action(ACTING, a_run),
    "governance:run-request": action(REQUESTING, a_run),
    "governance:run-cancel": action(ACTING, a_run),
    "governance:run-discard": action(ACTING, a_run),
    "governance:run-undo": action(ACTING, a_run),
    # reports
    "governance:report-list": page(ALL),
    "governance:report-detail": page(ALL, lambda world: (world.report.pk,)),
    "governance:report-download": page(ALL, lambda world: (world.report.pk, "json")),
}
