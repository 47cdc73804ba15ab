"""What plans change for companies, in words: `{% load effects %}`."""

from collections.abc import Mapping

from django import template

from governance.models import Operation, Tier
from governance.queries.errors import clearing
from governance.templatetags.addresses import companies_url
from outreach_admin.ui import figures

register = template.Library()

EFFECTS = {
    "tier_changes": "Companies that change tier",
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


# which figure of a plan says how many companies could be promoted to a target
FIGURE_OF = dict.fromkeys(("DOL", "PEOPLE", "BLOG", "BIT"), "hubs") | {"OUTREACH": "gates"}


@register.filter
def freed(effect: Mapping[str, int], plans: str | int) -> list[tuple[str, int, str]]:
    """List each target with the companies that plans would let go on to it, and where they are listed; none where nothing is cleared."""
    if not effect.get("clears", True) or "hubs" not in effect:
        return []
    return [
        (label, effect[FIGURE_OF[target]], companies_url(plan=plans, freed_for=target))
        for target, label in clearing.TARGETS
    ]


REQUEST_EFFECTS = {
    "tier_changes": "Companies that change tier",
    "closes": "Gates that close",
    "gates": "Gates that open",
    "last_blocker": "Companies that lose their last blocker",
    "companies": "Companies touched",
    "expiring_48h": "Blocking errors that expire within 48 h",
}
# what nothing but an import does
OF_IMPORTS = ("tier_changes", "closes")


@register.filter
def effect_lines(effect: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """List key, words and count of what a request would change for companies."""
    return [
        (name, words, effect[name])
        for name, words in REQUEST_EFFECTS.items()
        if effect[name] or name not in OF_IMPORTS
    ]


@register.filter
def tiers(operation: Operation) -> list[tuple[str, int, int, str]]:
    """List the companies of every tier before and after a plan, and their difference: tiers follow from hub rows."""
    effect = operation.effect
    found = effect.get("tiers", {})
    change = dict.fromkeys(found, 0)
    for former, later, companies in effect.get("moves", []):
        for tier, by in ((former, -companies), (later, companies)):
            if tier is not None:
                change[tier] += by
    return [
        (
            str(tier.label),
            found[tier],
            found[tier] + change[tier],
            figures.signed(change[tier]) if change[tier] else "0",
        )
        for tier in Tier
        if tier in found
    ]
