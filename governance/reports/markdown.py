"""A report as a Markdown file, in the order of the seed's."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from governance.reports.body import shortfall
from outreach_admin.ui.figures import counted

LABELS = {
    "ct_errors": "CT errors",
    "dol_errors": "DOL errors",
    "people_errors": "People errors",
    "url_errors": "URL errors",
    "global_errors": "Global errors",
    "ct": "CT records",
}
REASONS = {
    "ct_pending": ("CT execution_status = 'pending'", "Needs pipeline execution"),
    "ct_failed": ("CT execution_status = 'failed'", "{blocked:,} have blocking errors"),
    "no_ct_record": ("No CT record", "Needs pipeline to create"),
    "other": ("CT record incomplete", "Needs its missing values"),
}


def label(name: str) -> str:
    """Return a count's name in words: `dol_errors_parked` becomes "DOL errors parked"."""
    for start in sorted(LABELS, key=len, reverse=True):
        if name.startswith(f"{start}_"):
            return f"{LABELS[start]} {name.removeprefix(f'{start}_').replace('_', ' ')}"
    return name.replace("_", " ").capitalize()


def not_ready_rows(body: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """Return why companies are NOT_READY: reason, count, note."""
    return [
        (REASONS[name][0], rows, REASONS[name][1].format(blocked=body["not_ready_blocked"]))
        for name, rows in body["not_ready"].items()
    ]


def tier_rows(body: Mapping[str, Any]) -> list[tuple[str, int, int, int]]:
    """Return each tier with its counts before and after, and the difference."""
    before, after = body["tiers"]["before"], body["tiers"]["after"]
    return [
        (tier, before.get(tier, 0), rows, rows - before.get(tier, 0))
        for tier, rows in after.items()
    ]


def render(body: Mapping[str, Any]) -> str:
    """Return the whole report; unreconciled totals are said at the top and at the end of the audit summary."""
    sections = [
        _header(body),
        _summary(body),
        _tiers(body),
        _actions(body),
        _not_ready(body),
        _compliance(body),
        _audit(body),
        _recommendations(body),
        _footer(body),
    ]
    return "\n\n---\n\n".join(sections) + "\n"


def _header(body: Mapping[str, Any]) -> str:
    run = body["run"]
    who = [
        f"**Executor**: {run['executor']}"
        + (f" (OS user {run['os_user']})" if run["os_user"] else "")
    ]
    if run["approvers"]:
        who.append(f"**Approved by**: {', '.join(run['approvers'])}")
    lines = [
        f"# {run['playbook']} report",
        "",
        f"**Started**: {_moment(run['started_at'])}",
        f"**Finished**: {_moment(run['finished_at'])}",
        *who,
        f"**Playbook**: {run['playbook']}, version {run['version']} ({run['reference']}, {run['channel']})",
        f"**Mode**: {run['mode']}",
        f"**Totals**: {'reconciled with the stored events' if body['reconciled'] else 'UNRECONCILED'}",
    ]
    if short := shortfall(body):
        lines.append(f"**Result**: done in part, {listed(short)}")
    if run["state"] != "done":
        lines.append(f"**Ended**: {run['state']}. {run['note']}".rstrip())
    return "\n".join([*lines[:2], "  \n".join(lines[2:])])


def listed(counts: Mapping[str, int]) -> str:
    """Write counts in one line; empty where there are none."""
    return ", ".join(f"{rows:,} {name}" for name, rows in counts.items())


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [heads, ["---" if number == 0 else "---:" for number in range(len(heads))], *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: Any) -> str:
    return (
        f"{value:,}"
        if isinstance(value, int)
        else str(value).replace("|", "\\|").replace("\n", " ")
    )


def _summary(body: Mapping[str, Any]) -> str:
    rows = [
        ("Total errors processed", body["total_processed"]),
        *((label(name), rows) for name, rows in body["actions"].items()),
    ]
    return "## Executive summary\n\n" + _table(("Metric", "Count"), rows)


def _tiers(body: Mapping[str, Any]) -> str:
    return "## Promotion readiness delta\n\n" + _table(
        ("Tier", "Before", "After", "Delta"), tier_rows(body)
    )


def _actions(body: Mapping[str, Any]) -> str:
    return "## Actions taken\n\n" + "\n\n".join(_rule(rule) for rule in body["rules"])


def _rule(rule: Mapping[str, Any]) -> str:
    reason = rule["parameters"].get("reason")
    done = f"{rule['label']}{f' with reason `{reason}`' if reason else ''}"
    lines = [f"### {rule['name']}", "", f"Rows: `{rule['filter']}`", ""]
    lines += [f"- **{code['code']}** ({code['rows']:,}): {code['title']}" for code in rule["codes"]]
    lines += [""] if rule["codes"] else []
    outcomes = ", ".join(
        f"{rule[name]:,} {name}"
        for name in ("applied", "skipped", "failed", "cancelled")
        if rule[name] or name == "applied"
    )
    lines.append(
        f"Action: {done} (OP-{rule['operation']}): {outcomes} of {rule['planned']:,} planned."
    )
    lines += [f"- skipped, {why}: {rows:,}" for why, rows in rule["refusals"].items()]
    return "\n".join(lines)


def _not_ready(body: Mapping[str, Any]) -> str:
    total = sum(body["not_ready"].values())
    text = f"{counted(total, 'company is', 'companies are')} NOT_READY because the Company Target is not done; clearing errors alone does not change that."
    return f"## Why NOT_READY records remain\n\n{text}\n\n" + _table(
        ("Reason", "Count", "Notes"), not_ready_rows(body)
    )


def _compliance(body: Mapping[str, Any]) -> str:
    lines = [
        f"- [{'x' if line['passed'] else ' '}] {line['line']}: {line['evidence']}"
        for line in body["compliance"]
    ]
    return "## Compliance statement\n\nThis run:\n" + "\n".join(lines)


def _audit(body: Mapping[str, Any]) -> str:
    counts = dict(body["audit"])
    total = counts.pop("total")
    table = _table(("Action", "Count"), [*counts.items(), ("**Total**", total)])
    verdict = (
        "Totals reconciled: events, applied rows and the figures above agree."
        if body["reconciled"]
        else "**UNRECONCILED**\n\n" + "\n".join(f"- {sentence}" for sentence in body["differences"])
    )
    entries = json.dumps(body["sample"], indent=2, ensure_ascii=False)
    shown = f"<details>\n<summary>The first {len(body['sample'])} of {counted(total, 'entry', 'entries')}</summary>\n\n```json\n{entries}\n```\n\n</details>"
    return f"## Audit trail summary\n\n{table}\n\n{verdict}\n\n{shown}"


def _recommendations(body: Mapping[str, Any]) -> str:
    lines = [f"{number}. {sentence}" for number, sentence in enumerate(body["recommendations"], 1)]
    return "## Recommendations\n\n" + ("\n".join(lines) or "Nothing is left to do.")


def _footer(body: Mapping[str, Any]) -> str:
    run = body["run"]
    return f"**Generated from**: {run['reference']}, operations {', '.join(f'OP-{pk}' for pk in body['operations'])}  \n**Plan**: {run['plan_hash']}  \n**As of**: {run['finished_at']}"
