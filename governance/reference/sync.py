"""Add the reference data and rights of this version that a database was never given.

`migrate` runs it each time; nothing that is there changes. What was once given is remembered
(Shipped): what people edit stays as they left it, and what they remove does not come back.
"""

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from governance.models import (
    ApprovalPolicy,
    ErrorCode,
    ErrorTable,
    Hub,
    Playbook,
    PlaybookVersion,
    PurgeConsent,
    SavedView,
    Schedule,
    Shipped,
)
from governance.services.canon import versions
from governance.verbs.registry import VERBS

HERE = Path(__file__).resolve().parent
TOOLBOX = HERE.parent / "canon" / "toolbox.yaml"
Row = dict[str, Any]


def sync(*, using: str) -> None:
    """Add what is missing, in one transaction."""
    with transaction.atomic(using=using):
        for name in KINDS:
            _add_rows(name, read(name), using=using)
        _agree_to_purges(using=using)
        _add_permissions(using=using)
        add_groups(read("groups"), using=using)
        versions.add_shipped(TOOLBOX.read_text(), using=using)


def add_schedules(rows: list[Row], *, using: str) -> None:
    """Put schedules of another app's jobs in force that were never given, in one transaction."""
    with transaction.atomic(using=using):
        _add_rows("schedules", rows, using=using)


def add_views(rows: list[Row], *, using: str) -> None:
    """Share views of another app's lists that were never given, in one transaction."""
    with transaction.atomic(using=using):
        _add_rows("saved_views", rows, using=using)


def read(name: str) -> Any:
    """Return the content of one reference file."""
    return yaml.safe_load((HERE / f"{name}.yaml").read_text())


def _add_rows(
    name: str,
    rows: list[Row],
    *,
    using: str,
) -> None:
    """Add the rows of one kind that were never given and that nobody has made since."""
    model, key, add = KINDS[name]
    given = _remembered(name, using=using)
    for position, row in enumerate(rows):
        values = {column: row[column] for column in key}
        label = " ".join(map(str, values.values()))
        if label in given:
            continue
        if not model._default_manager.using(using).filter(**values).exists():
            add(row | {"position": row.get("position", position)}, using)
        _remember(name, [label], using=using)


def _add_hub(row: Row, using: str) -> None:
    Hub.objects.using(using).create(**row)


def _add_error_table(row: Row, using: str) -> None:
    retention = timedelta(days=row["retention"])
    ErrorTable.objects.using(using).create(**_filed(row) | {"retention": retention})


def _agree_to_purges(*, using: str) -> None:
    """Give the shipped tables their standing approval, where their retention is as shipped."""
    given = _remembered("purge_consents", using=using)
    for row in read("error_tables"):
        shipped = ErrorTable.objects.using(using).filter(
            name=row["name"], retention=timedelta(days=row["retention"])
        )
        if row["name"] in given:
            continue
        for table in shipped:
            PurgeConsent.objects.using(using).create(
                error_table=table,
                retention=table.retention,
                note="Shipped with the console.",
            )
        _remember("purge_consents", [row["name"]], using=using)


def _add_error_code(row: Row, using: str) -> None:
    ErrorCode.objects.using(using).create(**_filed(row))


def _add_policy(row: Row, using: str) -> None:
    ApprovalPolicy.objects.using(using).create(**_without(row, "position"))


def _add_schedule(row: Row, using: str) -> None:
    at = {"at": time.fromisoformat(row["at"])} if "at" in row else {}
    # one that makes up for what nobody was there for is due from the beginning
    before = timedelta(minutes=row["every_minutes"]) if row.get("at_once") else timedelta()
    Schedule.objects.using(using).create(
        enforced_at=timezone.now() - before, **_without(row, "position", "at_once") | at
    )


def _add_playbook(row: Row, using: str) -> None:
    playbook = Playbook.objects.using(using).create(
        slug=row["slug"], name=row["name"], description=row["description"]
    )
    PlaybookVersion.objects.using(using).create(
        playbook=playbook, number=1, rules=row["rules"], note=row["note"]
    )


def _add_view(row: Row, using: str) -> None:
    """Share a view; a page whose default the team has chosen keeps it."""
    views = SavedView.objects.using(using)
    is_taken = views.filter(page=row["page"], is_default=True).exists()
    is_default = row.get("is_default", False) and not is_taken
    views.create(**row | {"is_shared": True, "is_default": is_default})


# file: model, what tells a row apart, how it is added; in the order in which they need each other
KINDS: dict[str, tuple[type[models.Model], tuple[str, ...], Callable[[Row, str], object]]] = {
    "hubs": (Hub, ("id",), _add_hub),
    "error_tables": (ErrorTable, ("name",), _add_error_table),
    "error_codes": (ErrorCode, ("code",), _add_error_code),
    "schedules": (Schedule, ("job",), _add_schedule),
    "approval_policies": (ApprovalPolicy, ("name",), _add_policy),
    "playbooks": (Playbook, ("slug",), _add_playbook),
    "saved_views": (SavedView, ("page", "name"), _add_view),
}


def _filed(row: Row) -> Row:
    """Return the row with its hub named by id."""
    return _without(row, "hub", "position") | {"hub_id": row["hub"]}


def _without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def _add_permissions(*, using: str) -> None:
    """Make the right that each registered verb asks for."""
    types = ContentType.objects.db_manager(using)
    for verb in VERBS.values():
        Permission.objects.using(using).get_or_create(
            content_type=types.get_for_model(verb.model),
            codename=verb.permission.partition(".")[2],
            defaults={"name": verb.right},
        )


def add_groups(wanted: dict[str, list[str]], *, using: str) -> None:
    """Make the groups that were never given; give each the rights that it was never given.

    `wanted` holds the patterns of each group; other apps give theirs in `after_migrate`.
    """
    known = {_label_of(one): one for one in _permissions(using=using)}
    made, given = _remembered("groups", using=using), _remembered("rights", using=using)
    for name in wanted:
        if name not in made:
            Group.objects.using(using).get_or_create(name=name)
            _remember("groups", [name], using=using)
        # a group that an admin deleted stays away
        if group := Group.objects.using(using).filter(name=name).first():
            patterns = list(_patterns_of(name, wanted))
            labels = [one for one in known if any(fnmatchcase(one, p) for p in patterns)]
            new = [one for one in labels if f"{name} {one}" not in given]
            group.permissions.add(*(known[one] for one in new))
            _remember("rights", [f"{name} {one}" for one in new], using=using)


def _patterns_of(name: str, groups: dict[str, list[str]]) -> Iterator[str]:
    """Give the patterns of a group: a name without a dot stands for all that this group has."""
    for entry in groups[name]:
        if "." in entry:
            yield entry
        else:
            yield from _patterns_of(entry, groups)


def _permissions(*, using: str) -> models.QuerySet[Permission]:
    return Permission.objects.using(using).select_related("content_type")


def _label_of(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"


def _remembered(kind: str, *, using: str) -> set[str]:
    return set(Shipped.objects.using(using).filter(kind=kind).values_list("key", flat=True))


def _remember(kind: str, keys: list[str], *, using: str) -> None:
    Shipped.objects.using(using).bulk_create(Shipped(kind=kind, key=key) for key in keys)
