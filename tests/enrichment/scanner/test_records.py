"""What a function is, by what it does and how it is called."""

import pytest

from enrichment.scanner import records
from tests.enrichment.scanner import trees


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        (["domain", "source"], "company"),
        (["company_domain"], "company"),
        (["person_linkedin_url"], "person"),
        (["company_domain", "linkedin_url"], "person"),
        (["id"], ""),
    ],
)
def test_the_type_of_a_key_is_read_off_its_columns(keys, kind):
    assert records.type_of(keys) == kind


def test_a_function_with_the_prefix_that_does_nothing_is_no_ingest_function(tmp_path):
    reading = trees.function(tmp_path, 'db.table("raw.x").select("*")')
    writing = trees.function(tmp_path, 'db.table("raw.x").insert(1)')

    assert not reading.is_ingest(("ingest_*",))
    assert writing.is_ingest(("ingest_*",))
    assert not writing.is_ingest(("load_*",))


def test_a_write_to_reference_alone_is_no_enrichment(tmp_path):
    assert not trees.function(tmp_path, 'db.table("reference.x").insert(1)').is_writer
