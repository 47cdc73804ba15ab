"""What is read of a whole tree."""

import gc

import pytest

from enrichment.demo import ingest_tree
from enrichment.demo.catalogue import FUNCTIONS
from enrichment.scanner import tree
from enrichment.scanner.records import NAME, WrongUse
from tests.enrichment.scanner import trees


@pytest.fixture
def demo(tmp_path):
    ingest_tree.write(tmp_path, trees.TODAY)
    return tree.read(tmp_path)


def test_every_function_of_the_catalogue_is_read_with_its_slug_and_tables(demo):
    found = {one.name: one for one in demo.functions}

    for listed in FUNCTIONS:
        one = found[listed.function]
        assert (one.file, one.slug) == (listed.file, listed.slug)
        assert sorted(one.tables) == sorted(listed.written)
        assert one.opens_run == (listed.slug not in ingest_tree.SILENT)


def test_the_key_is_read_where_the_code_shows_it(demo):
    found = {one.name: one for one in demo.functions}

    for listed in FUNCTIONS:
        assert found[listed.function].keys == [listed.key_column]
        assert found[listed.function].key_type == listed.key_type


def test_a_slug_that_the_code_does_not_show_is_the_functions_name(demo):
    silent = {one.slug for one in demo.functions if one.is_writer and one.slug_from == NAME}

    assert silent >= set(ingest_tree.SILENT)


@pytest.mark.parametrize(
    ("line", "exposed"),
    [
        ("@modal.web_endpoint(method='POST')", "web_endpoint POST"),
        ("@modal.fastapi_endpoint()", "fastapi_endpoint"),
        ("@point(method='PUT')", "fastapi_endpoint PUT"),
        ("@app.function(schedule=1)", "function"),
        ("@function\n", ""),
        ("@staticmethod", ""),
    ],
)
def test_a_function_is_exposed_by_its_decorator(line, exposed, tmp_path):
    found = trees.read(
        tmp_path, x=f"from modal import fastapi_endpoint as point\n{line}\ndef ingest_x(db): pass\n"
    )

    assert [one.exposed for one in found.functions] == [exposed] * bool(exposed)


def test_definitions_are_counted_not_names(tmp_path):
    found = trees.read(
        tmp_path,
        x=f"{trees.EXPOSED}def ingest_x(db): db.table('raw.x').insert(1)\n",
        app="from x import ingest_x\nfrom x import ingest_x as ingest_y\ningest_z = ingest_x\n",
    )

    assert [one.name for one in found.functions] == ["ingest_x"]


def test_nothing_of_the_tree_is_imported(tmp_path):
    trees.read(tmp_path, x=f"open({str(tmp_path / 'made')!r}, 'w')\nraise SystemExit(9)\n")

    assert not (tmp_path / "made").exists()


def test_garbage_is_collected_again_afterwards(tmp_path):
    trees.read(tmp_path, x="def (")
    with pytest.raises(WrongUse):
        tree.read(tmp_path / "nothing")

    assert gc.isenabled()
