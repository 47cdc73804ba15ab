"""The registry as a file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from enrichment.verbs.arrivals import COLUMNS
from governance.models import ImportFile, Operation
from tests import make

pytestmark = pytest.mark.usefixtures("committed_db")
EXPORT = "/enrichment/registry/export/?format=csv"
UPLOAD = "/enrichment/registry/import/"


@pytest.fixture
def ops():
    client = Client()
    client.force_login(make.triager())
    return client


def exported(client, more=""):
    answer = client.get(f"{EXPORT}{more}")
    return b"".join(answer.streaming_content).decode()


def test_the_registry_goes_out_under_its_filter_in_the_columns_of_the_seed(ops):
    make.workflow(workflow_name="company_news", raw_table="raw.news", intent="should")
    make.workflow(workflow_name="retired", is_active=False)

    header, *rows = exported(ops, "&header=plain&is_active=true").splitlines()

    assert header == ",".join([*COLUMNS, "version", "updated_at"])
    assert [row.split(",")[:2] for row in rows] == [["company_news", "raw.news"]]


def test_what_goes_out_and_comes_in_again_changes_nothing(ops):
    make.workflow(
        workflow_name="company_news",
        raw_table="raw.news",
        core_table="core.news",
        key_column="domain",
        intent="legacy",
        owner='Data, "team"',
        description="=1+1",
        credits_per_run="2.50",
    )
    make.workflow(key_type=None, is_active=False, intent="should")
    upload = SimpleUploadedFile("registry.csv", exported(ops).encode())

    ops.post(UPLOAD, {"file": upload})

    file = ImportFile.objects.get()
    assert file.compared == {"new": 0, "changed": 0, "unchanged": 2, "emptied": 0}
    refused = ops.post(f"/imports/{file.pk}/plan/", follow=True)
    assert "there is nothing to import" in refused.text
    assert not Operation.objects.exists()
