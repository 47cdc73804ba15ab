"""What companies and people can be filtered by."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import cached_property

from enrichment import keys
from enrichment.models import Entity, EntityType, State, Workflow
from enrichment.queries.status import BUCKETS
from governance.filters.companies import YesNo
from governance.filters.errors import long_enough
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists.fields import AnyOf, Text
from outreach_admin.lists.filters import StrictFilterSet

NOT_RUN = "not_run"
STATES = tuple((name, name.replace("_", " ").capitalize()) for name in BUCKETS)
PAST, FRESH = "past", "fresh"
FRESHNESS = ((PAST, "Past freshness"), (FRESH, "Fresh"))
COUNTED = frozenset({"type", "workflow", "state"})
# what means nothing without a workflow
OF_WORKFLOW = ("state", "freshness")


class EntityFilter(StrictFilterSet):
    """What companies and people can be filtered by.

    `state` and `freshness` are those with the `workflow`; `not_run` has no state there. A gap is
    what was extracted and is not in core, with the workflow or with any active one.
    """

    type = django_filters.ChoiceFilter("entity_type", label="Kind", choices=EntityType.choices)
    workflow = Text(label="Workflow", method="later", help_text="Its name, or an earlier one.")
    state = AnyOf(label="State", choices=STATES, method="later")
    freshness = django_filters.ChoiceFilter(label="Fresh", choices=FRESHNESS, method="later")
    gap = YesNo(label="Gap", method="later")
    in_warehouse = YesNo(label="In the warehouse")
    q = Text(
        label="Text",
        method="with_text",
        validators=[long_enough],
        help_text="In key and name; at least 3 characters.",
    )

    facets = ("type", "state", "in_warehouse")

    class Meta:
        model = Entity
        fields: list[str] = []

    def check(self) -> None:
        """Refuse also a workflow that is none, and a state without the workflow it is with."""
        asked = self.asked
        if asked["workflow"] and self.named is None:
            raise BadRequest(
                "There is no such workflow. Nothing is selected.",
                what_to_do="Choose one from the list of workflows.",
                key="workflow",
            )
        alone = [name for name in OF_WORKFLOW if asked[name] and not asked["workflow"]]
        if alone:
            raise BadRequest(
                f"“{alone[0]}” needs a “workflow”: the state with which one? Nothing is selected.",
                what_to_do="Name the workflow as well, or follow a figure of the coverage page.",
                key=alone[0],
            )

    @property
    def asked(self) -> dict[str, Any]:
        """Read the values, refused where one is no value of its filter."""
        super().check()
        return dict(self.values)

    @cached_property
    def named(self) -> Workflow | None:
        """Find the workflow by its name or an earlier one."""
        name = self.asked["workflow"]
        named = Q(workflow_name=name) | Q(aliases__alias=name)
        return Workflow.objects.filter(named).first() if name else None

    @property
    def qs(self) -> QuerySet[Entity]:
        """Give the matching rows."""
        return self.between(Q())

    def between(self, bound: Q) -> QuerySet[Entity]:
        """Give the matching rows; of states, only those of keys within `bound` are looked at."""
        rows = super().qs
        if self.named:
            rows = rows.filter(entity_type=self.named.key_type)
        for condition in self._conditions(bound):
            rows = rows.filter(condition)
        return rows

    @property
    def is_counted(self) -> bool:
        """Whether the counters know everything that is asked for."""
        return all(key in COUNTED for key, _ in self.pairs())

    @property
    def states(self) -> set[str]:
        """Collect the states asked for, all where none is."""
        return set(self.asked["state"]) or set(BUCKETS)

    def later(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Leave it to `between`, which knows the place in the list."""
        return rows

    def with_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep those with this text in key or name; an address stands for its key."""
        key = searched(value)
        return rows.filter(Q(entity_key__contains=key) | Q(name__icontains=value.strip()))

    def _conditions(self, bound: Q) -> Iterator[Any]:
        asked = self.asked
        if asked["state"]:
            yield self._in_state(bound)
        if asked["freshness"]:
            yield Exists(self._completed(asked["freshness"], bound))
        gap = {one == "true" for one in asked["gap"]}
        if len(gap) == 1:
            found = Exists(self._gaps(bound))
            yield found if gap == {True} else ~found

    def _in_state(self, bound: Q) -> Any:
        """Name the states wanted, or where those that never ran are among them, the others."""
        wanted = self.states
        if NOT_RUN not in wanted:
            return Exists(self._states(bound).filter(status__in=sorted(wanted)))
        others = set(BUCKETS) - wanted
        if wanted == {NOT_RUN}:
            return ~Exists(self._states(bound))
        return ~Exists(self._states(bound).filter(status__in=sorted(others)))

    def _completed(self, freshness: str, bound: Q) -> QuerySet[State]:
        assert self.named
        oldest = self.as_of - timedelta(days=self.named.fresh_days)
        when = "completed_at__lt" if freshness == PAST else "completed_at__gte"
        return self._states(bound).filter(Q((when, oldest)), status="completed")

    def _gaps(self, bound: Q) -> QuerySet[State]:
        there = State.objects.filter(records_in_extracted__gt=0, records_in_core=0)
        meant = there.exclude(workflow__intent=Workflow.Intent.BY_DESIGN_NOT)
        mine = (
            meant.filter(workflow=self.named)
            if self.named
            else meant.filter(workflow__is_active=True)
        )
        return self._same(mine, bound)

    def _states(self, bound: Q) -> QuerySet[State]:
        return self._same(State.objects.filter(workflow=self.named), bound)

    def _same(self, rows: QuerySet[State], bound: Q) -> QuerySet[State]:
        return rows.filter(
            bound,
            entity_key=OuterRef("entity_key"),
            entity_type=OuterRef("entity_type"),
        )


def searched(text: str) -> str:
    """Return what a key may hold: the key that an address is of, else the text in lower case."""
    for rule in (keys.company, keys.person):
        try:
            return rule(text)
        except keys.KeyRefused:
            continue
    return text.strip().lower()
