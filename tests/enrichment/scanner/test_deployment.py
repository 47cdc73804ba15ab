"""Which modules a deployment reaches."""

from enrichment.scanner.settings import Settings
from tests.enrichment.scanner import trees


def test_a_module_that_the_app_never_imports_is_apart(tmp_path):
    found = trees.read(
        tmp_path,
        app="from ingest import near\n",
        ingest__init="",
        ingest__near="def later():\n    import ingest.further\n",
        ingest__further="",
        ingest__apart="",
    )

    assert found.apart == ["ingest.apart"]


def test_without_an_entry_file_nothing_is_claimed(tmp_path):
    assert trees.read(tmp_path, ingest__a="").apart == []


def test_another_file_can_be_the_entry(tmp_path):
    found = trees.read(
        tmp_path, Settings(app=("deploy/all.py",)), deploy__all="import a", a="", b=""
    )

    assert found.apart == ["b"]
