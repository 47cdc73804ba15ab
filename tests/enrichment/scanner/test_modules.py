"""What modules define, and how they find each other."""

import pytest

from tests.enrichment.scanner import trees

HELPER = "def write(db):\n    db.table('raw.x').insert(1)\n"
FUNCTION = f"{trees.EXPOSED}def ingest_x(db):\n    CALL(db)\n"


@pytest.mark.parametrize(
    ("imported", "call"),
    [
        ("from ingest.low import write", "write"),
        ("from ingest.low import write as keep", "keep"),
        ("import ingest.low", "ingest.low.write"),
        ("import ingest.low as low", "low.write"),
        ("from ingest import low", "low.write"),
        ("from . import low", "low.write"),
        ("from .low import write", "write"),
        ("from ingest import write", "write"),
        ("from ingest.starred import write", "write"),
    ],
)
def test_a_helper_is_found_by_every_kind_of_import(imported, call, tmp_path):
    found = trees.read(
        tmp_path,
        ingest__init="from ingest.low import write\n",
        ingest__low=HELPER,
        ingest__starred="from ingest.round import *\n",
        ingest__round="from ingest.starred import *\nfrom ingest.low import *\n",
        ingest__x=f"{imported}\n{FUNCTION.replace('CALL', call)}",
    )

    assert [one.tables for one in found.functions] == [["raw.x"]]


def test_an_import_inside_a_function_counts_there(tmp_path):
    body = "    from low import write\n    write(db)\n"

    found = trees.read(tmp_path, low=HELPER, x=f"{trees.EXPOSED}def ingest_x(db):\n{body}")

    assert found.functions[0].tables == ["raw.x"]


def test_the_tree_may_be_the_package_itself_or_lie_below_another_folder(tmp_path):
    files = {
        "low": HELPER,
        "x": f"from ingest.low import write\n{FUNCTION.replace('CALL', 'write')}",
    }

    package = trees.read(tmp_path / "ingest", **files)
    below = trees.read(
        tmp_path / "b", **{f"src__ingest__{name}": one for name, one in files.items()}
    )

    assert package.functions[0].tables == below.functions[0].tables == ["raw.x"]


def test_names_that_are_imported_in_a_circle_lead_nowhere(tmp_path):
    found = trees.read(
        tmp_path,
        a="from b import write\n",
        b="from a import write\n",
        x=f"from a import write\n{FUNCTION.replace('CALL', 'write')}",
    )

    assert found.functions[0].writes == ()


def test_what_is_defined_under_a_condition_or_in_a_class_is_read(tmp_path):
    found = trees.read(
        tmp_path,
        x="""
        try:
            import fast
        except ImportError:
            @app.function()
            def ingest_slow(db): db.table("raw.x").insert(1)
        @app.cls()
        class Worker:
            @modal.fastapi_endpoint()
            def ingest_inner(self, db): self.keep(db)
            def keep(self, db): db.table("raw.y").insert(1)
        """,
    )

    assert {one.name: one.tables for one in found.functions} == {
        "ingest_slow": ["raw.x"],
        "ingest_inner": ["raw.y"],
    }
