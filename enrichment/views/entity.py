"""Everything known of one company or person, and the field that leads there."""

import json
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from enrichment import policies
from enrichment.forms.entity import RunForm
from enrichment.keys import KeyRefused
from enrichment.models import Entity, EntityType, Run
from enrichment.queries import status
from enrichment.queries.entity import colleagues, lookups, relatives, standings, stories
from enrichment.services import runs
from enrichment.services.accounts import Origin
from enrichment.tables import entity as told
from enrichment.tables.runs import needless
from governance.views.operations.actions import cleaned
from outreach_admin.exceptions import BadRequest
from outreach_admin.ui.pages.base import Crumb, Page, wants_part

DETAIL = "enrichment:entity-detail"
LIST = "enrichment:entity-list"
MAY_LOOK = ("enrichment.view_state", "enrichment.view_run")
MOST_OF_NAME = 40
BESIDE = {EntityType.COMPANY: "People", EntityType.PERSON: "Company"}
COLLEAGUES = "colleagues"


class EntityDetail(Page):
    """One company or person: how each workflow stands with it, the same over the API, all its runs."""

    permission_required = MAY_LOOK
    template_name = "enrichment/entity/detail.html"
    nav = LIST

    @property
    def asks_warehouse(self) -> bool:
        """Whether the part that may be slow is asked for."""
        return self.request.GET.get("part") == COLLEAGUES

    def get_template_names(self) -> list[str]:
        """Answer with that part alone where htmx asks for it."""
        is_part = self.asks_warehouse and wants_part(self.request)
        return ["enrichment/entity/_colleagues.html"] if is_part else [self.template_name]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it; a key in another spelling leads to the one address, and says what was left out."""
        reading = self.reading
        if reading.notice:
            messages.info(request, reading.notice)
            address = reverse(DETAIL, args=[reading.entity_type, reading.key])
            return HttpResponseRedirect(address)
        return super().get(request, *args, **kwargs)

    @cached_property
    def reading(self) -> lookups.Reading:
        """Read the key in the address. Raises Http404 for an unknown type, KeyRefused where it is no key."""
        if self.kwargs["entity_type"] not in EntityType.values:
            raise Http404
        return lookups.read(self.kwargs["entity_type"], self.kwargs["key"])

    @cached_property
    def entity(self) -> Entity | None:
        """Find what is known of it beside its runs."""
        found = Entity.objects.filter(
            entity_type=self.reading.entity_type,
            entity_key=self.reading.key,
        )
        return found.first()

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(self.entity or self.reading.key)

    def crumbs(self) -> list[Crumb]:
        name = self.title
        return [Crumb(name if len(name) <= MOST_OF_NAME else f"{name[:MOST_OF_NAME]}…")]

    @cached_property
    def answer(self) -> dict[str, Any]:
        """Ask what the API answers."""
        return status.of(self.reading.entity_type, self.reading.key)

    @cached_property
    def chosen(self) -> str:
        """Read which state the table is narrowed to, empty for all."""
        state = self.request.GET.get("state", "")
        if state and state not in status.BUCKETS:
            raise BadRequest(
                f"“{state[:60]}” is no state of a workflow.",
                what_to_do=f"Offered: {', '.join(status.BUCKETS)}.",
            )
        return state

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the page, or the part that is asked for."""
        context = self.beside()
        if not (self.asks_warehouse and wants_part(self.request)):
            context |= self.whole()
        return super().get_context_data(**context | kwargs)

    def beside(self) -> dict[str, Any]:
        """Give whom the warehouse holds beside it, once that is asked for."""
        entity_type, key = self.reading.entity_type, self.reading.key
        found = colleagues.of(entity_type, key) if self.asks_warehouse else None
        return {"beside": BESIDE[EntityType(entity_type)], "colleagues": found}

    def whole(self) -> dict[str, Any]:
        """Give its states, the request that tells the same, and its runs. Six queries."""
        entity_type, key = self.reading.entity_type, self.reading.key
        after = self.request.GET.get("after", "")
        return {
            "key": key,
            "entity_type": entity_type,
            "kind": EntityType(entity_type).label.lower(),
            "is_known": self.entity is not None,
            "figures": self.figures(),
            "chosen": told.word(self.chosen) if self.chosen else "",
            "rows": self.rows(),
            "total": self.answer["coverage"]["total_workflows"],
            "request_text": request_text(entity_type, key),
            "answer_text": answer_text(self.answer),
            "companies": relatives.on_spine(key) if entity_type == EntityType.COMPANY else [],
            "story": [told.Moment(run, self.as_of) for run in self.story.runs],
            "older": self.story.after,
            "is_newest": not after,
            "runs": self.story.total,
            "runs_url": told.place("enrichment:run-list"),
        }

    @cached_property
    def story(self) -> stories.Story:
        """Read its runs from the mark in the address on."""
        return stories.of(
            self.reading.entity_type,
            self.reading.key,
            after=self.request.GET.get("after", ""),
        )

    def figures(self) -> list[tuple[str, str, int]]:
        """List the six states with their numbers."""
        coverage = self.answer["coverage"]
        return [(name, told.word(name), coverage[name]) for name in status.BUCKETS]

    def rows(self) -> list[told.Row]:
        """List the workflows in the state that is chosen."""
        user = self.request.user
        may = told.Rights(
            open=policies.may_open_runs(user),
            cancel=policies.may_cancel_runs(user),
        )
        return [
            told.Row(one.entry, one, self.as_of, may)
            for one in standings.of(self.answer)
            if self.chosen in ("", one.entry["status"])
        ]


class EntityLookup(Page):
    """A field for a domain or the address of a profile; it leads to the page of what it names."""

    permission_required = MAY_LOOK
    template_name = "enrichment/entity/lookup.html"
    title = "Look up a company or person"
    nav = LIST

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to the page; what names nothing is told why."""
        text = request.GET.get("q", "").strip()
        if not text:
            return super().get(request, *args, **kwargs)
        try:
            found = lookups.guessed(text)
        except KeyRefused as refusal:
            context = self.get_context_data(asked=text, refusal=refusal)
            return self.render_to_response(context, status=refusal.status)
        if found.notice:
            messages.info(request, found.notice)
        return HttpResponseRedirect(reverse(DETAIL, args=[found.entity_type, found.key]))


class EntityRun(PermissionRequiredMixin, View):
    """Ask for a run by hand: it waits until whoever runs the workflow takes it."""

    permission_required = policies.OPEN_RUNS
    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseRedirect:
        """Open it; what is fresh is not run again, and says what that saved."""
        asked = cleaned(RunForm(request.POST))
        origin = Origin(
            workflow=asked["workflow"],
            entity=asked["key"],
            entity_type=asked["entity_type"],
            source="manual",
            trigger=Run.Trigger.MANUAL,
            is_queued=True,
        )
        answer = runs.open(origin, by=request.user)
        if answer.outcome == runs.ENRICHED:
            messages.warning(
                request,
                f"{answer.run.workflow} is not run again: {needless(answer.run)}.",
            )
        else:
            messages.success(
                request,
                f"A run of {answer.run.workflow} is asked for. It is pending until a worker takes it.",
            )
        address = reverse(DETAIL, args=[answer.run.entity_type, answer.run.entity_key])
        return HttpResponseRedirect(f"{address}#workflows")


def request_text(entity_type: str, key: str) -> str:
    """Write the request that tells the same."""
    body = {"entity_type": entity_type, "entity_key": key}
    return f"POST /api/enrichment/status\n{json.dumps(body)}"


def answer_text(answer: dict[str, Any]) -> str:
    """Write its answer, of the workflows only the first."""
    first = answer["enrichments"][:1]
    shown = answer | {"enrichments": first}
    return json.dumps(shown, indent=1)
