"""Find the first rows of any combination of facet values in any order; see governance/sql/facets.sql."""

from django.db import migrations, models

from governance.models.errors import FacetKey
from outreach_admin.db.sqlfiles import apply_sql


class Migration(migrations.Migration):
    dependencies = [("governance", "0008_imports")]
    operations = [
        apply_sql("governance", "facets"),
        migrations.AddIndex(
            "huberror", models.Index(FacetKey(), "created_at", "id", name="error_facets_created")
        ),
        migrations.AddIndex(
            "huberror", models.Index(FacetKey(), "expires_at", "id", name="error_facets_expires")
        ),
        migrations.AddIndex("huberror", models.Index(FacetKey(), "id", name="error_facets_id")),
        migrations.AddIndex(
            "huberror",
            models.Index(
                fields=["company_unique_id"],
                name="error_loose_company",
                condition=models.Q(outreach=None),
            ),
        ),
        migrations.AddIndex(
            "huberror",
            models.Index(
                fields=["domain"], name="error_loose_domain", condition=models.Q(outreach=None)
            ),
        ),
    ]
