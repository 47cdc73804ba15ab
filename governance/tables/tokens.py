"""Columns of tokens and of refused requests."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from governance.models import Token, TokenRefusal
from governance.queries.tokens import Refused
from outreach_admin.ui import badges, figures, people, tables, texts

badges.register("active", "resolved", "good")
badges.register("ends_soon", "warn", "warn")
badges.register("revoked", "ignore", "none")

PIPELINES = ("Pipelines", "belong to no person; somebody is responsible")
PEOPLE = ("People", "may at most what the person may")
ENDED = ("Ended", "refused with 401; kept for the history")
SUB_LINE = '{}<span class="sub-line">{}</span>'


class TokenTable(tables.Table):
    """Tokens, newest first; on a page, those of pipelines, of people, and the ended ones stand together."""

    noun = "token"
    nouns = "tokens"
    default_sort = "-name"

    name = tables.LinkColumn(
        "governance:token-detail",
        accessor="name",
        sort="id",
        width="xl",
    )
    whose = tables.Column(accessor="account", width="l")
    may = tables.Column(accessor="scopes", width="l", card="text")
    used = tables.Column(
        accessor="last_used_at",
        verbose_name="Last use",
        empty_values=(),
        width="l",
    )
    ends = tables.Column(accessor="expires_at", sort="expires_at", width="m")
    state = tables.Column(accessor="pk", width="xl", card="state")

    def render_name(self, record: Token) -> SafeString:
        """Write the name as a link, and the letters that tell its secret from others."""
        return format_html(
            '<a href="{}" data-open>{}</a><span class="sub-line mono">{}…</span>',
            reverse("governance:token-detail", args=[record.pk]),
            texts.word(record.name),
            record.prefix,
        )

    def render_whose(self, record: Token) -> Any:
        """Write the person; of a pipeline its name, and who is responsible."""
        who = people.person(record.account)
        if not record.is_of_pipeline:
            return who
        if record.responsible is None:
            return format_html(SUB_LINE, who, "nobody is responsible")
        return format_html(SUB_LINE, who, people.person(record.responsible))

    def render_may(self, record: Token) -> SafeString:
        return tags(record.scopes)

    def render_used(self, record: Token) -> SafeString:
        """Write when and from where it was used last."""
        if record.last_used_at is None:
            made = figures.ago(record.created_at, self.as_of)
            return format_html(SUB_LINE, muted("never"), f"made {made}")
        used = moment(record.last_used_at, figures.ago(record.last_used_at, self.as_of))
        return format_html(SUB_LINE, used, texts.word(record.last_used_from or ""))

    def render_ends(self, record: Token) -> SafeString:
        """Write when it ends, or would have."""
        ends = figures.ago(record.expires_at, self.as_of)
        is_early = record.revoked_at is not None and record.expires_at > self.as_of
        return moment(record.expires_at, f"was {ends}" if is_early else ends)

    def render_state(self, record: Token) -> SafeString:
        """Draw how it stands, who ended it, and what was refused within a day."""
        state = record.state_at(self.as_of)
        drawn = badges.badge(state.value, state.label)
        lines = [line for line in (self.end_of(record), refused_line(record)) if line]
        below = format_html_join("", '<span class="sub-line is-whole">{}</span>', zip(lines))
        return format_html("{}{}", drawn, below)

    def end_of(self, record: Token) -> SafeString | str:
        """Say who revoked it, and when, or what stands in its place."""
        if record.revoked_by is None:
            return renewal(record) if record.account.is_active else "its account is switched off"
        return format_html(
            "by {}, {}",
            people.person(record.revoked_by),
            moment(record.revoked_at, figures.ago(record.revoked_at, self.as_of)),
        )

    def groups(self) -> Iterator[tables.Group]:
        """Give the rows of a page by whose they are, the ended ones last."""
        found: dict[tuple[str, str], list[tables.Row]] = {PIPELINES: [], PEOPLE: [], ENDED: []}
        for record, row in zip(self.data, self.body(), strict=True):
            found[group_of(record, record.state_at(self.as_of))].append(row)
        for (name, note), rows in found.items():
            if rows:
                yield tables.Group(rows, format_html("{} {}", name, muted(note)))


class RefusalTable(tables.Table):
    """Refused requests by hour, the latest first."""

    noun = "refusal"
    nouns = "refusals"
    default_sort = "-hour"

    token = tables.Column(
        accessor="token",
        empty_values=(),
        width="xl",
        card="title",
    )
    answer = tables.Column(accessor="reason", width="l")
    requests = tables.NumberColumn(accessor="count", width="s")
    address = tables.CodeColumn(width="l", default="unknown", verbose_name="Last from")
    hour = tables.AgoColumn(
        sort="hour",
        width="m",
        verbose_name="Hour that began",
        quiet=True,
    )

    def render_token(self, record: TokenRefusal) -> SafeString:
        """Link the token, where one is known."""
        if record.token is None:
            return muted("no token of ours")
        address = reverse("governance:token-detail", args=[record.token_id])
        name = texts.word(record.token.name)
        return format_html('<a href="{}" data-open>{}</a>', address, name)

    def render_answer(self, record: TokenRefusal) -> str:
        """Write the status and why."""
        return f"{record.status} {record.get_reason_display()}"


def renewal(record: Token) -> SafeString | str:
    """Link what was made in its place."""
    successor = record.successor
    if successor is None:
        return ""
    address = reverse("governance:token-detail", args=[successor.pk])
    return format_html('renewed by <a class="link" href="{}">{}…</a>', address, successor.prefix)


def group_of(token: Token, state: Token.State) -> tuple[str, str]:
    """Say under which heading it stands."""
    if state in Token.ENDED:
        return ENDED
    return PIPELINES if token.is_of_pipeline else PEOPLE


def tags(scopes: list[str]) -> SafeString:
    """Write scopes as tags."""
    return format_html_join(" ", '<span class="tag">{}</span>', ((one,) for one in scopes))


def muted(text: str) -> SafeString:
    return format_html('<span class="muted">{}</span>', text)


def moment(at: Any, words: str) -> SafeString:
    """Write a moment in words, exact on hover."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        figures.exact(at),
        words,
    )


def refused_line(token: Any) -> SafeString | str:
    """Link the requests of it that were refused within a day."""
    if not token.refused:
        return ""
    return format_html(
        '<a class="link" href="{}">{}</a> refused in 24 h',
        refused_address(token=token.pk),
        figures.counted(token.refused, "request"),
    )


def refused_address(**wanted: Any) -> str:
    """Return the address of what was refused within a day, narrowed."""
    query = urlencode({"since": "24h-ago"} | wanted)
    return f"{reverse('governance:token-refusals')}?{query}"


def address_of(refused: Refused) -> str:
    """Return the address of exactly the rows that a figure sums up."""
    wanted: dict[str, Any] = {"reason": refused.reason}
    if refused.token is not None:
        wanted["token"] = refused.token
    return refused_address(**wanted)
