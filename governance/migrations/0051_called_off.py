"""Calls that their callers say are not made, told apart from those that were given back."""

from django.db import migrations, models

STATUSES = [
    ("reserved", "Reserved"),
    ("succeeded", "Succeeded"),
    ("failed", "Failed"),
    ("called_off", "Called off"),
    ("given_back", "Given back"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0050_readiness_due"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="toolcall",
            name="toolcall_status_known",
        ),
        migrations.AlterField(
            model_name="toolcall",
            name="status",
            field=models.TextField(choices=STATUSES, default="reserved"),
        ),
        migrations.AddConstraint(
            model_name="toolcall",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", [value for value, _ in STATUSES])),
                name="toolcall_status_known",
            ),
        ),
    ]
