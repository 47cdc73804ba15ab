"""Reference data as shipped: hubs, error tables and codes, policies, groups, the clean-up playbook, shared views."""

from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.management import create_permissions
from django.db import migrations

SHIPPED = Path(__file__).resolve().parents[1] / "reference"


def shipped(name: str) -> Any:
    """Return the content of one reference file; later changes come by migrations of their own."""
    return yaml.safe_load((SHIPPED / f"{name}.yaml").read_text())


def add_hubs(apps: Any, schema_editor: Any) -> None:
    hub = apps.get_model("governance", "Hub")
    hub.objects.bulk_create(hub(**row) for row in shipped("hubs"))


def add_error_tables(apps: Any, schema_editor: Any) -> None:
    table = apps.get_model("governance", "ErrorTable")
    table.objects.bulk_create(
        table(**by_id(row) | {"retention": timedelta(days=row["retention"])})
        for row in shipped("error_tables")
    )


def add_error_codes(apps: Any, schema_editor: Any) -> None:
    code = apps.get_model("governance", "ErrorCode")
    code.objects.bulk_create(code(**by_id(row)) for row in shipped("error_codes"))


def add_policies(apps: Any, schema_editor: Any) -> None:
    policy = apps.get_model("governance", "ApprovalPolicy")
    policy.objects.bulk_create(policy(**row) for row in shipped("approval_policies"))


def add_groups(apps: Any, schema_editor: Any) -> None:
    permissions = all_permissions(apps)
    for name, patterns in shipped("groups").items():
        granted = [
            found
            for label, found in permissions.items()
            if any(fnmatchcase(label, pattern) for pattern in patterns)
        ]
        apps.get_model("auth", "Group").objects.create(name=name).permissions.set(granted)


def all_permissions(apps: Any) -> dict[str, Any]:
    """Return every permission of governance and auth by app.codename, made first: Django does so only after all migrations."""
    for label in ("governance", "auth"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    found = (
        apps.get_model("auth", "Permission")
        .objects.select_related("content_type")
        .filter(content_type__app_label__in=["governance", "auth"])
    )
    return {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in found
    }


def add_playbooks(apps: Any, schema_editor: Any) -> None:
    for row in shipped("playbooks"):
        playbook = apps.get_model("governance", "Playbook").objects.create(
            slug=row["slug"], name=row["name"], description=row["description"]
        )
        apps.get_model("governance", "PlaybookVersion").objects.create(
            playbook=playbook, number=1, rules=row["rules"], note=row["note"]
        )


def add_views(apps: Any, schema_editor: Any) -> None:
    view = apps.get_model("governance", "SavedView")
    view.objects.bulk_create(
        view(**row, is_shared=True, position=position)
        for position, row in enumerate(shipped("saved_views"))
    )


def by_id(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with its hub named by id."""
    return {name: value for name, value in row.items() if name != "hub"} | {"hub_id": row["hub"]}


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0002_rules"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(step, migrations.RunPython.noop)
        for step in (
            add_hubs,
            add_error_tables,
            add_error_codes,
            add_policies,
            add_groups,
            add_playbooks,
            add_views,
        )
    ]
