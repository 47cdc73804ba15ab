"""What every verb promises: done, refused, audited, permitted. Each file of verbs brings its cases."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.db import models

from governance.exceptions import NotPermitted, StateRefused
from governance.models import Disposition, ErrorTable, Event, HubError, Operation
from governance.queries.operations import outcomes
from governance.services.operations import plans, runner, undos
from governance.verbs.registry import VERBS
from tests import make
from tests.governance import facts

# versions only rise, and the time of the last change is the undo's
KEPT = "'{version,updated_at}'"


@dataclass(frozen=True)
class Case:
    """What is asked, a row before and after, a row that is refused and why."""

    verb: str
    refused: Mapping[str, Any]
    because: str
    after: Mapping[str, Any]
    before: Mapping[str, Any] = field(default_factory=dict)
    asked: Mapping[str, Any] = field(default_factory=dict)
    row: Callable[..., models.Model] = make.error
    becomes: type[models.Model] = HubError
    who: Callable[[], Any] = make.triager

    def plan(self, rows: Sequence[models.Model], **given: Any) -> Operation:
        """Plan the verb over these rows."""
        by = given.pop("by", None) or self.who()
        return plans.make(self.verb, errors=rows, by=by, **(given or self.asked))


@pytest.mark.django_db
class EveryVerb:
    """Subclasses list their `cases`."""

    cases: ClassVar[Sequence[Case]] = ()

    @pytest.fixture(autouse=True)
    def tables_that_allow(self):
        """CT errors may be ignored here, log errors may not be archived: so that every verb has a row of each kind."""
        ErrorTable.objects.filter(name=make.CT).update(allowed_dispositions=Disposition.values)
        ErrorTable.objects.filter(name=make.LOG).update(allowed_dispositions=["IGNORE", "RESOLVED"])

    def test_it_changes_an_eligible_row_as_it_says(self, case):
        row = case.row(**case.before)

        operation = case.plan([row])
        runner.run(operation)

        found = case.becomes.objects.get(pk=row.pk)
        assert facts.outcomes(operation) == {row.pk: ("applied", None)}
        assert {name: getattr(found, name) for name in case.after} == case.after

    def test_it_leaves_a_refused_row_alone_and_says_why(self, case):
        row = case.row(**case.refused)
        before = facts.bytes_of(type(row))

        operation = case.plan([row])
        with pytest.raises(StateRefused, match="no eligible row"):
            runner.run(operation)

        assert facts.outcomes(operation) == {row.pk: ("skipped", case.because)}
        assert operation.refusals == {case.because: 1}
        assert facts.bytes_of(type(row)) == before

    def test_it_leaves_one_event_a_row_with_actor_operation_and_reason(self, case):
        row, by = case.row(**case.before), case.who()

        operation = case.plan([row], by=by)
        runner.run(operation)

        event = Event.objects.get(operation_id=operation.pk)
        assert (event.subject_id, event.action, event.actor) == (
            row.pk,
            VERBS[case.verb].action,
            by.username,
        )
        assert event.reason == (case.asked.get("reason") or case.asked.get("note") or None)

    def test_nobody_plans_it_without_its_right(self, case):
        row = case.row(**case.before)

        with pytest.raises(NotPermitted):
            case.plan([row], by=make.viewer())

        assert not Operation.objects.exists()

    def test_a_sample_says_what_the_row_becomes(self, case):
        row, verb = case.row(**case.before), VERBS[case.verb]
        operation = case.plan([row])

        promised = outcomes.said(
            verb.model, verb.shows, verb.then(row, verb.read(operation.parameters))
        )
        runner.run(operation)

        found = case.becomes.objects.get(pk=row.pk)
        assert promised == outcomes.state_of(found, verb.shows)

    def test_undo_gives_a_row_back_as_it_was(self, case):
        row, verb = case.row(**case.before), VERBS[case.verb]
        before = facts.bytes_of(type(row), without=KEPT)
        operation = case.plan([row])
        runner.run(operation)
        assert verb.undoable

        runner.run(undos.plan(operation, by=operation.requester))

        assert facts.bytes_of(type(row), without=KEPT) == before


def every_case() -> dict[str, Case]:
    """Return the cases of all files of verbs, by the name of the verb."""
    for file in Path(__file__).parent.glob("test_*.py"):
        import_module(f"{__package__}.{file.stem}")
    return {case.verb: case for promised in EveryVerb.__subclasses__() for case in promised.cases}
