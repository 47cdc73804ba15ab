"""Template tags of the console: `{% load ui %}`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import template
from django.http import HttpRequest, QueryDict
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from outreach_admin.lists import search
from outreach_admin.lists.tallies import Tally
from outreach_admin.ui import badges, bars, figures, navigation, people, sprite, texts
from outreach_admin.ui.pages import preferences
from outreach_admin.ui.pages import unsent as unsent_forms

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of static/icons.svg; `label` where no word stands beside it."""
    return sprite.icon(name, label)


@register.simple_tag
def badge(state: object, word: object = "", boxed: bool = False, alone: bool = False) -> SafeString:
    """Draw a state as shape and word; `alone` draws the shape with the word as its name."""
    if not alone:
        return badges.badge(state, word, boxed=boxed)
    look, text = badges.look(state), str(word or state)
    css = f"badge{' boxed' if boxed else ''} is-{look.tone}"
    return format_html('<span class="{}">{}</span>', css, sprite.icon(look.icon, text))


@register.simple_tag(takes_context=True)
def ago(
    context: Mapping[str, Any], moment: datetime | None, none: str = "never"
) -> SafeString | str:
    """Write a moment relative to the page's time, exact on hover."""
    if moment is None:
        return none
    words = figures.ago(moment, context.get("as_of") or timezone.now())
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), figures.exact(moment), words
    )


@register.simple_tag
def exact(moment: datetime | None, none: str = "never") -> SafeString | str:
    """Write a moment to the second in UTC."""
    if moment is None:
        return none
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), figures.exact(moment))


@register.simple_tag
def day(moment: datetime) -> SafeString:
    """Write the day of a moment in UTC, exact on hover."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        figures.exact(moment),
        figures.day(moment),
    )


register.simple_tag(people.person, name="person")


@register.filter
def number(value: Any, places: int = 0) -> str:
    """Write a figure with thousands separators; None is "unknown"."""
    return figures.number(value, places)


@register.filter
def signed(change: int) -> str:
    """Write by how much something grew."""
    return figures.signed(change)


@register.filter
def known(value: int | None, otherwise: str = "missing") -> str:
    """Write a figure, or that there is none."""
    return otherwise if value is None else figures.number(value)


@register.filter
def counted(rows: int, noun: str = "row") -> str:
    """Write a number with its noun."""
    return figures.counted(rows, noun)


@register.filter
def tally(count: Tally) -> str:
    """Write a count, and that there may be more where counting was given up."""
    return f"{'at least ' if count.at_least else ''}{figures.number(count.count)}"


@register.simple_tag(takes_context=True)
def rows_shown(context: Mapping[str, Any]) -> str:
    """Say how many rows this page of the list has."""
    table, count = context["table"], len(context["rows"].rows)
    return f"{figures.number(count)} {table.noun if count == 1 else table.nouns} shown"


@register.filter
def visible(text: object) -> str:
    """Write foreign text with its control characters and direction marks made visible."""
    return texts.visible(text)


@register.filter
def word(text: object) -> str:
    """Write a name, a code or a title from elsewhere so that all of it can be seen."""
    return texts.word(text)


@register.filter
def percent(part: Any, whole: Any) -> str:
    """Write part of whole in percent."""
    return figures.percent(part, whole)


@register.filter
def duration(seconds: float | None) -> str:
    """Write a length of time given in seconds."""
    return figures.duration(seconds)


@register.simple_tag(takes_context=True)
def query(context: Mapping[str, Any], *drop: str, **change: Any) -> str:
    """Write the present query string with keys replaced, and dropped where named or None.

    `{% query "after" "before" sort=head.sort %}`; a key ending in an underscore loses it.
    """
    return "?" + _changed(context["request"], drop, change).urlencode()


@register.simple_tag(takes_context=True)
def query_fields(
    context: Mapping[str, Any], *drop: str, also: Iterable[str] = (), only: str = ""
) -> SafeString:
    """Write the present query string as hidden inputs, so that a form keeps it.

    Left out are the keys in `drop` and `also`; with `only`, every key but that one.
    """
    changed = _changed(context["request"], (*drop, *also), {})
    query = changed if only else QueryDict(changed.urlencode())
    wanted = {only} if only else set(query)
    pairs = (
        (key, value) for key, values in query.lists() if key in wanted for value in values if value
    )
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


def _changed(request: HttpRequest, drop: tuple[str, ...], change: dict[str, Any]) -> QueryDict:
    query = request.GET.copy()
    for key in drop:
        query.pop(key, None)
    for name, value in change.items():
        key = name.rstrip("_")
        query.pop(key, None)
        if value is not None and value != "":
            query.setlist(
                key,
                [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)],
            )
    return query


@register.simple_tag
def swaps(target: str, scroll: str = "none") -> SafeString:
    """Make links and GET forms inside an element swap a part of the same URL; each stays a real link."""
    return format_html(
        'hx-boost="true" hx-target="{0}" hx-select="{0}" hx-swap="outerHTML show:{1}" hx-inherit="*"',
        target,
        scroll,
    )


@register.simple_tag(takes_context=True)
def keeps_current(context: Mapping[str, Any], address: str, every: int) -> SafeString:
    """Let a part be fetched anew every so many seconds; static/js/app.js shows as of when it is."""
    return format_html(
        'data-poll data-as-of="{}" hx-get="{}" hx-trigger="every {}s, shown" hx-swap="outerHTML"',
        figures.exact(context["as_of"]),
        address,
        every,
    )


@register.simple_tag
def bar(*parts: Any, label: str, tall: bool = False) -> SafeString:
    """Draw shares of a whole: pairs of count and class, `{% bar 24508 "run" 38 "warn" label=… %}`."""
    return bars.bar(list(zip(parts[::2], parts[1::2], strict=True)), label=label, tall=tall)


@register.inclusion_tag("ui/_stat.html")
def stat(label: str, value: Any, note: Any = "", url: str = "", state: str = "") -> dict[str, Any]:
    """Show one headline figure; `url` leads to the rows behind it, `state` gives the label a shape."""
    look = badges.look(state) if state else None
    figure = figures.number(value) if isinstance(value, figures.NUMBERS) else value
    return {"label": label, "value": figure, "note": note, "url": url, "look": look}


@register.simple_tag(takes_context=True)
def places(context: Mapping[str, Any]) -> list[navigation.Place]:
    """List the navigation for this person on this page."""
    return navigation.places(context["request"], nav=context.get("nav", ""))


@register.filter
def trail(found: list[navigation.Place]) -> list[navigation.Place]:
    """Give the way to the current place."""
    return navigation.trail(found)


@register.simple_tag(takes_context=True)
def may_search(context: Mapping[str, Any]) -> bool:
    """Tell whether there is anything this person may find."""
    return bool(search.kinds_for(context["request"].user))


@register.simple_tag(takes_context=True)
def preference(context: RequestContext, name: str) -> str:
    """Read one of the person's preferences: theme, keys."""
    request = context.get("request")
    return preferences.read(request, name) if request else ""


@register.simple_tag(takes_context=True)
def unsent(context: RequestContext) -> unsent_forms.Unsent | None:
    """Give the form that came too late and whose page this is."""
    request = context.get("request")
    return unsent_forms.waiting(request) if request else None


TONES = {
    "success": badges.Look("resolved", "good"),
    "warning": badges.Look("warn", "warn"),
    "error": badges.Look("blocked", "bad"),
}


@register.filter
def message_tone(level: str) -> badges.Look:
    """Give a message's level its shape and tone."""
    return TONES.get(level, badges.PLAIN)


@register.simple_tag
def keys() -> tuple[preferences.Keys, ...]:
    """List the keyboard shortcuts for the help."""
    return preferences.SHORTCUTS
