"""What plans change for companies, in words: `{% load effects %}`."""

from collections.abc import Mapping

from django import template

from governance.models import Operation, Tier

register = template.Library()

EFFECTS = {
    "last_blocker": "Companies that lose their last blocker",
    "gates": "Companies whose gate to outreach opens",
    "closes": "Companies whose gate to outreach closes",
    "blocked_companies": "Companies with a blocking error among these rows",
    "blocking_rows": "Rows that block promotion",
    "companies": "Companies touched",
}


@register.filter
def effects(operation: Operation) -> list[tuple[str, str, int]]:
    """List key, words and count of what the plan would change for companies; a verb that clears nothing opens nothing."""
    clears = operation.effect.get("clears", False)
    found = {name: operation.effect.get(name) for name in EFFECTS}
    if not clears:
        found |= {"last_blocker": 0, "gates": 0}
    return [
        (name, EFFECTS[name], count)
        for name, count in found.items()
        if count or (count == 0 and name != "closes")
    ]


REQUEST_EFFECTS = {
    "gates": "Gates that open",
    "last_blocker": "Companies that lose their last blocker",
    "companies": "Companies touched",
    "expiring_48h": "Blocking errors that expire within 48 h",
}


@register.filter
def effect_lines(effect: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """List key, words and count of what a request would change for companies."""
    return [(name, words, effect[name]) for name, words in REQUEST_EFFECTS.items()]


@register.filter
def tiers(operation: Operation) -> list[tuple[str, int]]:
    """List the companies of every tier: tiers follow from hub rows, and no verb moves one."""
    found = operation.effect.get("tiers", {})
    return [(tier.value, found[tier]) for tier in Tier if tier in found]
