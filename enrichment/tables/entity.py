"""Words of one entity's page: what a state leaves open, and its runs as lines of a story."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse

from enrichment.models import Run
from enrichment.models.runs import OPEN
from enrichment.queries.entity.standings import Standing
from enrichment.queries.status import MISSING, NO_PATH
from enrichment.tables import runs
from outreach_admin.ui import badges, figures
from outreach_admin.ui.people import name_of

LONGEST = 200
MOST_OF_SOURCE = 60
# words of enrichment whose look other states bear by another word
LOOKS = {
    "pending": "queued",
    "completed": "done",
    "stale": "medium",
    "not_run": "planned",
    "skipped": "not_required",
}
WORDS = {"not_run": "Not run"}
STORY = {
    "pending": "asked for",
    "running": "started",
    "completed": "completed",
    "failed": "failed",
    "skipped": "not run again",
    "cancelled": "cancelled",
    "stale": "went stale",
}
GAPS = {
    MISSING: "missing in core",
    NO_PATH: "no path to core",
}


@dataclass(frozen=True)
class Line:
    """One workflow as the API tells of it."""

    entry: dict[str, Any]

    @property
    def look(self) -> str:
        return look(self.entry["status"])

    @property
    def word(self) -> str:
        return word(self.entry["status"])

    @property
    def completed_at(self) -> datetime | None:
        """Give when the newest completed run ended."""
        written = self.entry["completed_at"]
        return datetime.fromisoformat(written) if written else None

    @property
    def gap(self) -> str:
        """Name the gap; whether there is one is unknown until records were counted."""
        if reason := self.entry["gap_reason"]:
            return GAPS[reason]
        is_known = self.entry["records_in_extracted"] is not None
        return "no" if is_known else "unknown"


@dataclass(frozen=True)
class Rights:
    """Whether a person may ask for runs, and cancel them."""

    open: bool = False
    cancel: bool = False


@dataclass(frozen=True)
class Row(Line):
    """The same with what its page says beside it."""

    standing: Standing
    as_of: datetime
    may: Rights = Rights()

    @property
    def note(self) -> str:
        """Say what the state leaves open."""
        run = self.standing.run
        return runs.note(run, self.as_of) if run else ""

    @property
    def intent(self) -> str:
        """Say whether its records shall reach core; nobody may have said."""
        return self.standing.workflow.get_intent_display() or "Unknown"

    @property
    def freshness(self) -> str:
        """Say until when it counts as enriched, or that this is over."""
        until = self.standing.fresh_until
        if until is None or self.entry["status"] != "completed":
            return ""
        day = f"{until:%Y-%m-%d}"
        return f"fresh until {day}" if until > self.as_of else f"past freshness since {day}"

    @property
    def is_open(self) -> bool:
        """Whether a run waits or is under way."""
        return self.entry["status"] in OPEN

    @property
    def cancels(self) -> bool:
        """Whether this person may cancel its run."""
        return self.may.cancel and self.is_open

    @property
    def runs(self) -> str:
        """Name the button that asks for a run, empty where none is needed or this person may not."""
        until = self.standing.fresh_until
        is_fresh = self.entry["status"] == "completed" and until and until > self.as_of
        if not self.may.open or self.is_open or is_fresh:
            return ""
        return "Run" if self.entry["status"] == "not_run" else "Run again"


@dataclass(frozen=True)
class Moment:
    """One run as a line of the story."""

    run: Run
    as_of: datetime

    @property
    def look(self) -> badges.Look:
        """Give its shape and tone."""
        return badges.look(look(self.run.status))

    @property
    def words(self) -> str:
        """Say what happened."""
        said = STORY[self.run.status]
        return f"{said}, attempt {self.run.attempt}" if self.run.attempt > 1 else said

    @property
    def facts(self) -> str:
        """Say what came of it, who asked for it, and where from."""
        found = [_found(self.run), runs.note(self.run, self.as_of), *_origin(self.run)]
        return ", ".join(filter(None, found))[:LONGEST]

    @property
    def url(self) -> str:
        """Give its page, empty where there is none."""
        return place("enrichment:run-detail", self.run.pk)

    @property
    def at(self) -> datetime:
        """Give when it ended, or else began."""
        return self.run.completed_at or self.run.ran_at


def look(status: str) -> str:
    """Name the state whose look a status bears."""
    return LOOKS.get(status, status)


def word(status: str) -> str:
    """Write a status."""
    return WORDS.get(status, status.capitalize())


def place(name: str, *args: object) -> str:
    """Give an address, empty where the console has none of that name."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _found(run: Run) -> str:
    if run.status != Run.Status.COMPLETED or run.records_in_extracted is None:
        return ""
    return f"{figures.counted(run.records_in_extracted, 'record')} in extracted"


def _origin(run: Run) -> list[str]:
    asked = f"by {name_of(run.by)}" if run.by else ""
    source = f"source {run.source[:MOST_OF_SOURCE]}" if run.source else ""
    return [asked, source, run.get_trigger_display().lower()]
