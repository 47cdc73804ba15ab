"""A renamed workflow takes its states along."""

from django.db import migrations

ADD = """ALTER TABLE enrichment_state ADD CONSTRAINT state_of_a_workflow
    FOREIGN KEY (workflow_name) REFERENCES enrichment_workflow (workflow_name)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED"""
REMOVE = "ALTER TABLE enrichment_state DROP CONSTRAINT state_of_a_workflow"


class Migration(migrations.Migration):
    dependencies = [("enrichment", "0001_initial")]

    operations = [migrations.RunSQL(ADD, REMOVE)]
