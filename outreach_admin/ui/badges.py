"""One glyph and one tone for every word of state; apps add their own words."""

import re
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString

from outreach_admin.ui import sprite


class Look(NamedTuple):
    """A shape (icon name) and a tone (class suffix of static/css/badge.css)."""

    icon: str
    tone: str


LOOKS: dict[str, Look] = {
    "retry": Look("retry", "retry"),
    "parked": Look("parked", "parked"),
    "archived": Look("archived", "archived"),
    "ignore": Look("ignore", "ignore"),
    "resolved": Look("resolved", "good"),
    "pass": Look("resolved", "good"),
    "not_required": Look("minus", "none"),
    "waiting": Look("clock", "none"),
    "blocked": Look("blocked", "bad"),
    "missing": Look("missing", "warn"),
    "planned": Look("missing", "none"),
    "awaiting_approval": Look("shield", "warn"),
    "awaiting": Look("shield", "warn"),
    "pending": Look("shield", "warn"),
    "approved": Look("shield", "good"),
    "used": Look("shield", "good"),
    "rejected": Look("blocked", "bad"),
    "withdrawn": Look("undo", "none"),
    "running": Look("running", "run"),
    "paused": Look("pause", "warn"),
    "held": Look("pause", "warn"),
    "done": Look("resolved", "good"),
    "applied": Look("resolved", "good"),
    "reverted": Look("undo", "good"),
    "skipped": Look("minus", "warn"),
    "cancelled": Look("ignore", "none"),
    "failed": Look("blocked", "bad"),
    "expired": Look("clock", "none"),
    "queued": Look("clock", "none"),
    "ready": Look("resolved", "good"),
    "checked": Look("missing", "none"),
    "imported": Look("resolved", "good"),
    "discarded": Look("ignore", "none"),
    "critical": Look("blocked", "bad"),
    "high": Look("warn", "bad"),
    "medium": Look("warn", "warn"),
    "low": Look("info", "none"),
}
PLAIN = Look("info", "none")


def stem(state: object) -> str:
    """Reduce a state to its key: lower case, one underscore between words."""
    words = re.split(r"[-_\s]+", str(state).lower())
    return "_".join(filter(None, words))


def register(state: str, icon: str, tone: str) -> None:
    """Give a state of an app its shape and tone; the last word said holds."""
    LOOKS[stem(state)] = Look(icon, tone)


def badge(state: object, word: object = "", *, boxed: bool = False) -> SafeString:
    """Draw a state as shape and word."""
    found, text = look(state), str(word or state)
    css = f"badge{' boxed' if boxed else ''} is-{found.tone}"
    return format_html('<span class="{}">{}{}</span>', css, sprite.icon(found.icon), text)


def look(state: object) -> Look:
    """Find shape and tone of a state; an unregistered one is shown plainly."""
    return LOOKS.get(stem(state), PLAIN)
