"""Columns of runs."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from enrichment.models import Run
from enrichment.models.runs import OPEN
from governance.tables.subjects import SubjectTable
from outreach_admin.ui import figures, tables, texts
from outreach_admin.ui.sprite import icon

LIST, DETAIL = "enrichment:run-list", "enrichment:run-detail"
NOTHING = "–"
LONGEST_NOTE = 200
LOOKS = {
    "pending": ("clock", "none"),
    "running": ("running", "run"),
    "completed": ("resolved", "good"),
    "failed": ("blocked", "bad"),
    "skipped": ("minus", "none"),
    "cancelled": ("ignore", "none"),
    "stale": ("warn", "warn"),
}


class EntityColumn(tables.Column):
    """Whom a run is about, and what its state leaves open; whole on hover."""

    def title(self, record: Run, value: Any) -> str:
        said = note(record, timezone.now())
        return f"{value}: {said}" if said else str(value)


class RunTable(SubjectTable):
    """Runs with whom they are about, how they stand, what came of them and what they cost."""

    noun = "run"
    nouns = "runs"
    default_sort = "-started"

    workflow = tables.Column(accessor="workflow__workflow_name", width="xl", card="title")
    entity = EntityColumn(accessor="entity_key", card="text")
    state = tables.Column(accessor="status", width="m", card="state")
    counts = tables.NumberColumn(
        accessor="pk",
        verbose_name="In / out",
        width="s",
    )
    credits = tables.NumberColumn(default=NOTHING, width="xs")
    took = tables.NumberColumn(accessor="pk", width="s")
    started = tables.AgoColumn(accessor="ran_at", sort="ran_at", width="s", quiet=True)
    source = tables.Column(default="unknown", width="s", chosen=False)
    trigger = tables.Column(accessor="get_trigger_display", width="s", chosen=False)
    attempt = tables.NumberColumn(width="xs", chosen=False)
    by = tables.PersonColumn(width="m", chosen=False)
    run = tables.CodeColumn(accessor="pk", verbose_name="Run id", width="xl", chosen=False)

    def render_workflow(self, value: str, record: Run) -> SafeString:
        """Write the link to the run; it knows the list it came from."""
        address = self.with_query(reverse(DETAIL, args=[record.pk]))
        return format_html(
            '<a href="{}" data-open><span class="mono">{}</span></a>',
            address,
            value,
        )

    def render_entity(self, value: str, record: Run) -> SafeString:
        """Write the link to everything that is known of it, and what the state does not say."""
        return format_html(
            '<a class="link" href="{}">{}</a> <span class="muted">{}</span>',
            entity_address(record.entity_type, value),
            texts.word(value),
            texts.word(note(record, self.as_of)),
        )

    def render_state(self, record: Run) -> SafeString:
        return badge(record)

    def render_counts(self, record: Run) -> str:
        """Write what went in and came out; a dash where nobody has said."""
        return f"{count(record.records_in)} / {count(record.records_out)}"

    def render_credits(self, value: Any) -> str:
        return cost(value)

    def render_took(self, record: Run) -> str:
        # the words do not fit the column
        return took(record).replace("under", "<")


def badge(run: Run, *, boxed: bool = False) -> SafeString:
    """Draw the state of a run."""
    shape, tone = LOOKS[run.status]
    css = f"badge{' boxed' if boxed else ''} is-{tone}"
    word = run.get_status_display()
    return format_html('<span class="{}">{}{}</span>', css, icon(shape), word)


def note(run: Run, now: datetime | None) -> str:
    """Say in a few words what a run's state leaves open."""
    said = {
        Run.Status.PENDING: lambda: since("queued", run.queued_at, now),
        Run.Status.RUNNING: lambda: since("heartbeat", run.heartbeat_at, now),
        Run.Status.FAILED: lambda: failure(run),
        Run.Status.STALE: lambda: since("last heartbeat", run.heartbeat_at, now),
        Run.Status.SKIPPED: lambda: needless(run),
        Run.Status.CANCELLED: lambda: run.error_text,
        Run.Status.COMPLETED: lambda: inferred(run),
    }
    return said[Run.Status(run.status)]()[:LONGEST_NOTE]


def since(word: str, moment: datetime | None, now: datetime | None) -> str:
    """Write how long ago a sign of life was."""
    if moment is None or now is None:
        return f"no {word}" if word != "queued" else word
    return f"{word} {figures.ago(moment, now)}"


def failure(run: Run) -> str:
    """Write class and text of an error, and the try that it was."""
    told = ": ".join(filter(None, [run.error_class, run.error_text]))
    said = told or "no reason told"
    return f"{said}, try {run.attempt}" if run.attempt > 1 else said


def needless(run: Run) -> str:
    """Write why a run was skipped."""
    if run.refused_for_id is None:
        return run.error_text or "nothing to do"
    return f"already enriched, {saved(run)}"


def saved(run: Run) -> str:
    """Write what a needless request did not cost."""
    if run.credits_saved is None:
        return "credits unknown"
    return f"{cost(run.credits_saved)} credits saved"


def inferred(run: Run) -> str:
    """Say that nobody opened it."""
    return "inferred from stored rows" if run.trigger == Run.Trigger.INFERRED else ""


def took(run: Run) -> str:
    """Write how long a run took; nothing while it is open, a dash where none was needed, unknown where an end or a beginning is only guessed."""
    if run.status in OPEN:
        return ""
    if run.refused_for_id:
        return NOTHING
    is_guessed = run.status == Run.Status.STALE or run.trigger == Run.Trigger.INFERRED
    if is_guessed or run.started_at is None or run.completed_at is None:
        return "unknown"
    seconds = (run.completed_at - run.started_at).total_seconds()
    return figures.duration(max(0.0, seconds))


def count(number: int | None) -> str:
    """Write a count; a dash where nobody has said."""
    return NOTHING if number is None else figures.number(number)


def cost(value: Any) -> str:
    """Write credits without the hundredths that they do not have."""
    whole = value == int(value)
    return figures.number(value, 0 if whole else 2)


def entity_address(entity_type: str, key: str) -> str:
    """Give the page of a company or person, else its runs."""
    try:
        return reverse("enrichment:entity-detail", args=[entity_type, key])
    except NoReverseMatch:
        return f"{reverse(LIST)}?{urlencode({'entity_key': key})}"
