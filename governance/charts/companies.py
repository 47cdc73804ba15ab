"""Charts of companies, all from one count of how they stand."""

from collections.abc import Mapping, Sequence
from itertools import product

from governance.models import CompanyTarget, Reason, Tier
from governance.models.hubs import EXECUTION, GATES
from governance.queries.companies import standing
from governance.queries.companies.standing import NONE
from governance.templatetags.addresses import companies_url
from outreach_admin.lists.tallies import Cube
from outreach_admin.ui.charts.marks import Chart, Mark, Row, Series

# the values of facets that a mark stands for: its count and its link are made of them
Wanted = Mapping[str, Sequence[str]]

# where companies stand that the charts tell apart; state and top-level domain would only make more cells
COLUMNS = (
    "tier",
    "promotable",
    "reason",
    "bottleneck",
    "ct_status",
    "ct_done",
    "dol_done",
    "people_done",
    "blog_done",
    "bit_done",
    "ct_blocked",
    "dol_blocked",
    "people_blocked",
)
HUBS = {
    "ct": "Company Target",
    "dol": "DOL",
    "people": "People",
    "blog": "Blog",
    "bit": "BIT",
}
TIERS = {
    Tier.NOT_READY: "warn",
    Tier.ANCHOR_DONE: "wait",
    Tier.MARKETING_READY: "rest",
    Tier.ENRICHMENT_COMPLETE: "run",
    Tier.CAMPAIGN_READY: "good",
}
# why a company is not ready; the last two are shown only where there are any
REASONS = {
    Reason.CT_PENDING: "wait",
    Reason.CT_FAILED: "bad",
    Reason.CT_MISSING: "warn",
    Reason.CT_BLOCKED: "rest",
    Reason.CT_INCOMPLETE: "retry",
}
USUAL = tuple(REASONS)[:3]
ERRORS = (
    Reason.CT_ERROR,
    Reason.DOL_ERROR,
    Reason.PEOPLE_ERROR,
    Reason.VIOLATION,
)
STATES = (
    Series("Done", "good"),
    Series("Blocked", "bad"),
    Series("Waiting", "wait"),
    Series("Missing", "warn"),
)
HOLDERS = ("good", "bad", "warn", "retry", "rest", "wait", "run", "none")
YES, NO = ("true",), ("false",)
PASSED = {f"{hub}_done": YES for hub in GATES}
FREE = {f"{hub}_blocked": NO for hub in GATES}
ANCHOR, *LATER = (*GATES.values(), EXECUTION)
# done at every gate and free there, and held by a violation at another hub
VIOLATED = PASSED | FREE | {"bottleneck": (EXECUTION,)}


def counted() -> Cube:
    """Count the companies by what the charts tell apart. One query."""
    return standing.kept(COLUMNS)


def tiers(cube: Cube) -> Chart:
    """Companies by tier, as one bar."""
    return _bar(
        cube,
        name="tiers",
        title="Companies by tier",
        subject="Tier",
        label="All companies",
        parts={Series(tier.label, fill): {"tier": (tier.value,)} for tier, fill in TIERS.items()},
        whole={},
    )


def promotable(cube: Cube) -> Chart:
    """Companies of each tier that may be promoted to Outreach, and those that may not."""
    return Chart(
        name="promotable",
        title="Promotable by tier",
        subject="Tier",
        nouns="companies",
        series=(
            Series("Promotable", "good"),
            Series("Not promotable", "wait"),
        ),
        rows=tuple(_promotable(cube, tier) for tier in reversed(TIERS)),
        note="A tier ignores blocking errors. Promotable does not: Company Target, DOL and "
        "People are done, no error blocks any of the three, and no violation of the tool canon is open.",
    )


def held(cube: Cube) -> Chart:
    """Companies that are done at every gate, by what holds them: one hub's errors alone, or several."""
    ways = [way for way in _ways() if len(way) < 2 or cube.total(_held(way)).count]
    filled = zip(ways, HOLDERS, strict=False)
    parts = {Series(_held_by(way), fill): _held(way) for way, fill in filled}
    if cube.total(VIOLATED).count:
        parts[Series("A violation at another hub", "retry")] = VIOLATED
    return _bar(
        cube,
        name="held",
        title="Done at every gate",
        subject="Held by",
        label="Done at every gate",
        parts=parts,
        whole=PASSED,
        note="Company Target, DOL and People are done: only errors and violations can hold these back.",
    )


def funnel(cube: Cube) -> Chart:
    """Where companies stand at each hub."""
    return Chart(
        name="funnel",
        title="Companies at each hub",
        subject="Hub",
        nouns="companies",
        series=STATES,
        rows=tuple(_row(cube, label, _states(hub), {}) for hub, label in HUBS.items()),
        note="Done: and no error of that hub in the way. Blocked: by an error of that hub. "
        "Waiting: for Company Target, or there for its own run. Missing: nothing there, and no error says why.",
    )


def not_ready(cube: Cube) -> Chart:
    """Reasons why companies are not ready, adding up to their number."""
    whole = {"tier": (Tier.NOT_READY.value,)}
    marks = {reason: whole | {"reason": (reason.value,)} for reason in REASONS}
    shown = [one for one in REASONS if one in USUAL or cube.total(marks[one]).count]
    return _bar(
        cube,
        name="not_ready",
        title="Why companies are not ready",
        subject="Reason",
        label="Not ready",
        parts={Series(one.label.capitalize(), REASONS[one]): marks[one] for one in shown},
        whole=whole,
    )


def failed(cube: Cube) -> Chart:
    """Failed company targets by whether an error holds them; those without can be reset."""
    whole = {"tier": (Tier.NOT_READY.value,), "ct_status": ("failed",)}
    held_back = Series("With a blocking error", "bad")
    free = Series("Without one: can be reset to pending", "wait")
    return _bar(
        cube,
        name="failed",
        title="Failed company targets",
        subject="Error",
        label="Failed",
        parts={
            held_back: whole | {"ct_blocked": YES},
            free: whole | {"ct_blocked": NO},
        },
        whole=whole,
    )


def bottleneck(cube: Cube) -> Chart:
    """Companies by the hub they wait for, and whether it is not done or an error holds it."""
    return Chart(
        name="bottleneck",
        title="Bottleneck",
        subject="Hub",
        nouns="companies",
        series=(
            Series("Not done", "warn"),
            Series("Held by an error or a violation", "bad"),
            Series("Nothing in the way", "good"),
        ),
        rows=(
            *(_waits_for(cube, label, hub) for label, hub in _holding(cube)),
            _row(cube, "No bottleneck", [None, None, _at(NONE)], _at(NONE)),
        ),
        note="The first of the three gates, in order, that is not done or is held by an error or a violation.",
    )


def _bar(
    cube: Cube,
    *,
    label: str,
    parts: Mapping[Series, Wanted],
    whole: Wanted,
    **named: str,
) -> Chart:
    """Draw the companies of `whole` as one bar, its parts by what is wanted of each."""
    return Chart(
        nouns="companies",
        series=tuple(parts),
        rows=(_row(cube, label, list(parts.values()), whole),),
        **named,
    )


def _promotable(cube: Cube, tier: Tier) -> Row:
    whole = {"tier": (tier.value,)}
    marks = [whole | {"promotable": flag} for flag in (YES, NO)]
    return _row(cube, tier.label, marks, whole)


def _ways() -> list[list[str]]:
    """List which gates can be held at once, the fewest first."""
    ways = [
        [hub for hub, is_held in zip(GATES, choice, strict=True) if is_held]
        for choice in product((False, True), repeat=len(GATES))
    ]
    return sorted(ways, key=len)


def _held(way: Sequence[str]) -> Wanted:
    free = {} if way else {"promotable": YES}
    return PASSED | FREE | free | {f"{hub}_blocked": YES for hub in way}


def _held_by(way: Sequence[str]) -> str:
    if not way:
        return "Nothing: promotable"
    if len(way) == 1:
        return f"A {HUBS[way[0]]} error alone"
    return f"Errors of {' and '.join(HUBS[hub] for hub in way)}"


def _states(hub: str) -> list[Wanted | None]:
    """Tell four states apart that every company is in one of."""
    done, blocked = f"{hub}_done", f"{hub}_blocked"
    free = {blocked: NO} if hub in GATES else {}
    lacks = free | {done: NO}
    if hub == "ct":
        waits, bare = {"ct_status": _any_status()}, {"ct_status": (NONE,)}
    else:
        waits, bare = _at(ANCHOR), {"bottleneck": (*LATER, NONE)}
    return [
        free | {done: YES},
        {blocked: YES} if free else None,
        lacks | waits,
        lacks | bare,
    ]


def _any_status() -> tuple[str, ...]:
    return tuple(CompanyTarget.Status.values)


def _holding(cube: Cube) -> list[tuple[str, str]]:
    """List the hubs that companies wait for; Outreach only where some do."""
    gates = [(HUBS[gate], hub) for gate, hub in GATES.items()]
    return [*gates, ("Outreach", EXECUTION)] if cube.total(_at(EXECUTION)).count else gates


def _waits_for(cube: Cube, label: str, hub: str) -> Row:
    whole = _at(hub)
    lacking = [one.value for one in Reason if one not in ERRORS]
    held_back = [one.value for one in ERRORS]
    marks = [whole | {"reason": lacking}, whole | {"reason": held_back}, None]
    return _row(cube, label, marks, whole)


def _at(hub: str) -> dict[str, Sequence[str]]:
    return {"bottleneck": (hub,)}


def _row(cube: Cube, label: str, marks: Sequence[Wanted | None], whole: Wanted) -> Row:
    found = tuple(_mark(cube, wanted) for wanted in marks)
    return Row(label, found, companies_url(**whole))


def _mark(cube: Cube, wanted: Wanted | None) -> Mark:
    """Count what is wanted; None cannot be, and is listed nowhere."""
    if wanted is None:
        return Mark(0)
    return Mark(cube.total(wanted).count, companies_url(**wanted))
