"""Columns of operations and of their rows."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance import subjects
from governance.models import Disposition, Operation, OperationItem, PlaybookRun
from governance.queries.operations import standings, titles
from outreach_admin.ui import badges, bars, figures, tables, texts
from outreach_admin.ui.sprite import icon


class OperationTable(tables.Table):
    """Operations, newest first."""

    noun = "operation"
    nouns = "operations"
    default_sort = "-created"

    operation = tables.LinkColumn(
        "governance:operation-detail", accessor="pk", verbose_name="Operation"
    )
    state = tables.BadgeColumn(width="l")
    progress = tables.Column(accessor="pk", width="xl", card="text")
    rows = tables.NumberColumn(accessor="planned", width="s")
    failed = tables.NumberColumn(width="s", chosen=False)
    requester = tables.PersonColumn(width="m")
    gate = tables.CodeColumn(default="none", width="l", chosen=False)
    filter = tables.CutColumn(chosen=False)
    created = tables.AgoColumn(
        accessor="created_at", sort="created_at", width="m", verbose_name="Planned", quiet=True
    )

    def render_operation(self, record: Operation) -> Any:
        """Write its number and what it does as one link; a rule of a run has a line for its name."""
        does = titles.title_of(record)
        words = '<a href="{}" title="{}" data-open><span class="muted">{}</span> {}</a>'
        told: tuple[Any, ...] = (does, record, does)
        if record.playbook_run_id:
            rule = record.note or does
            words = '<a href="{}" title="{}" data-open>{}<span class="sub-line">{} · {}</span></a>'
            told = (rule, does, record, rule)
        return format_html(words, reverse("governance:operation-detail", args=[record.pk]), *told)

    def render_state(self, record: Operation) -> Any:
        """Draw how it stands, and which undo took it back."""
        drawn = badges.badge(*standings.of(record))
        if not record.undone_by:
            return drawn
        return format_html(
            '{}<span class="sub-line">by <a class="link" href="{}">OP-{}</a></span>',
            drawn,
            reverse("governance:operation-detail", args=[record.undone_by]),
            record.undone_by,
        )

    def render_progress(self, record: Operation) -> Any:
        """Draw the outcomes as shares of the plan, and say every piece of it."""
        if record.state in Operation.WAITING_STATES:
            return format_html(
                '<span class="muted">{} eligible</span>', figures.number(record.eligible)
            )
        told = standings.in_words(record)
        below = format_html('<span class="sub-line is-whole">{}</span>', told) if told else ""
        return format_html("{}{}", outcome_bar(record), below)

    def groups(self) -> Iterator[tables.Group]:
        """Give the rules of a run below it, in their order; those without a row to change are folded."""
        pairs = zip(self.data, self.body(), strict=True)
        for run, group in groupby(pairs, key=lambda pair: pair[0].playbook_run):
            rows = list(group)
            if run is None:
                yield tables.Group([row for _, row in rows])
            else:
                rows.sort(key=lambda pair: pair[0].position)
                yield tables.Group(
                    [replace(row, folded=not record.eligible) for record, row in rows],
                    run_heading(run, folded=sum(not record.eligible for record, _ in rows)),
                )


def run_heading(run: PlaybookRun, *, folded: int) -> SafeString:
    """Name a run above its rules: what it does, how it stands, and what opens the folded ones."""
    more = format_html(
        '<details class="more"><summary>{}{}</summary></details>',
        icon("right"),
        f"{figures.counted(folded, 'rule')} with nothing to do",
    )
    return format_html(
        '<div class="row"><a class="link" href="{}">{}</a> {}{}{}</div>',
        reverse("governance:run-detail", args=[run.pk]),
        run,
        titles.title_of_run(run),
        badges.badge(*standings.of(run)),
        more if folded else "",
    )


def outcome_bar(subject: Operation | PlaybookRun) -> SafeString:
    """Draw the outcomes of an operation or a run as shares of its plan."""
    pieces = standings.pieces(subject)
    planned = sum(piece.rows for piece in pieces)
    told = [f"{figures.number(piece.rows)} {piece.word}" for piece in pieces]
    label = f"{', '.join(told) or '0'} of {figures.number(planned)}"
    bar = bars.bar([(piece.rows, piece.fill) for piece in pieces], label=label)
    return format_html('<span title="{}">{}</span>', label, bar)


class ItemTable(tables.Table):
    """The rows of one operation."""

    noun = "row"
    nouns = "rows"
    default_sort = "row"

    row = tables.Column(
        accessor="subject_id", sort="subject_id", verbose_name="Row", width="2xl", card="title"
    )
    code = tables.CodeColumn(accessor="code", width="l", default="")
    outcome = tables.BadgeColumn(accessor="outcome")
    reason = tables.CutColumn(default="")
    was = tables.Column(accessor="was", width="m", default="")
    now = tables.Column(accessor="now", width="m")
    version = tables.NumberColumn(width="s", default="")

    def body(self) -> Iterator[tables.Row]:
        """Give the rows under their subject's id."""
        for item, row in zip(self.data, super().body(), strict=True):
            yield replace(row, key=str(item.subject_id))

    def render_row(self, record: OperationItem) -> Any:
        """Write the company as a link to the row with its domain below, its id where the row is gone."""
        subject = record.subject  # type: ignore[attr-defined]
        if subject is None:
            return format_html(
                '<span class="mono">{}</span><span class="sub-line">no longer there</span>',
                record.subject_id,
            )
        return format_html('<span title="{}">{}</span>', record.subject_id, row_link(subject))

    def render_was(self, value: str) -> Any:
        """Write what the row said before it was changed."""
        return state(value)

    def render_now(self, value: str) -> Any:
        return state(value)


def state(value: str) -> Any:
    """Write a disposition as its badge, anything else as it is."""
    if value not in Disposition.values:
        return value
    look = badges.look(value)
    return format_html('<span class="badge is-{}">{}{}</span>', look.tone, icon(look.icon), value)


def row_link(row: Any) -> SafeString:
    """Link a row by its company with the domain below, by itself where it has none."""
    name, below = called(row)
    line = format_html('<span class="sub-line">{}</span>', below)
    if address := subjects.of(row).address_of(row):
        return format_html('<a href="{}" data-open>{}{}</a>', address, name, line)
    return format_html("{}{}", name, line)


def called(row: Any) -> tuple[str, str]:
    """Return what people call a row, and its domain."""
    if not hasattr(row, "outreach"):
        return texts.word(str(row)), ""
    company = getattr(row.outreach, "company", None)
    spine = row.outreach.domain if row.outreach else ""
    domain = texts.word(getattr(row, "domain", None) or spine)
    return (
        texts.word(company.company_name) if company else domain or "without a company",
        domain,
    )
