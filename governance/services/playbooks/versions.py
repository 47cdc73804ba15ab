"""Versions of a playbook: saved, and tried before they are."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from governance.exceptions import NotPermitted, PlaybookRefused, StateRefused
from governance.models import Playbook, PlaybookVersion
from governance.queries.playbooks import rules as playbook_rules
from governance.queries.playbooks.rules import RuleCount
from governance.services.playbooks import run_plans


def save(
    playbook: Playbook, rules: Sequence[Mapping[str, Any]], *, by: User, note: str, base: int
) -> PlaybookVersion:
    """Keep the rules as the playbook's next version; runs planned under earlier versions keep theirs.

    `base` is the version the person began with. Raises NotPermitted, PlaybookRefused (unsound, unchanged, no note),
    StateRefused when somebody else saved in between.
    """
    if not by.has_perm("governance.run_playbook"):
        raise NotPermitted(
            "You may not change playbooks.", what_to_do="Ask a person in the group that may."
        )
    if not note.strip():
        raise PlaybookRefused("A new version needs a note: what changed, and why?")
    kept = playbook_rules.checked(rules)
    with transaction.atomic():
        current = Playbook.objects.select_for_update().get(pk=playbook.pk).current
        if current.number != base:
            raise StateRefused(
                f"{current} was saved in the meantime; you began with version {base}.",
                what_to_do="Open the playbook again and repeat your change.",
            )
        if kept == [playbook_rules.kept(rule) for rule in current.rules]:
            raise PlaybookRefused(f"These are the rules of {current}: there is nothing to save.")
        return PlaybookVersion.objects.create(
            playbook=playbook,
            number=base + 1,
            rules=kept,
            author=by,
            note=note.strip().replace("\0", "\ufffd"),
        )


def simulate(
    playbook: Playbook, rules: Sequence[Mapping[str, Any]], *, by: User | None = None
) -> list[RuleCount]:
    """Count what each rule would do on the backlog as it is now; nothing is kept. Raises PlaybookRefused, NotPermitted, PlanRefused."""
    return run_plans.simulate(playbook_rules.checked(rules), playbook=playbook, by=by)
