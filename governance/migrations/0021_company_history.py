from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0020_company_list"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="tiertransition",
            name="transition_company",
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("outreach_id__isnull", False)),
                fields=["outreach_id", "at", "id"],
                name="event_company",
            ),
        ),
        migrations.AddIndex(
            model_name="tiertransition",
            index=models.Index(fields=["outreach_id", "at", "id"], name="transition_of_company"),
        ),
    ]
