"""What a file may say of how code is read."""

import pytest

from enrichment.scanner import settings
from enrichment.scanner.records import WrongUse
from tests.enrichment.scanner import trees


def test_a_file_replaces_what_it_names_alone(tmp_path):
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.enrichment-scanner]\nprefixes = ["load_*"]\nmax_bytes = 10\n')

    found = settings.read(path)

    assert (found.prefixes, found.max_bytes) == (("load_*",), 10)
    assert found.decorators == settings.Settings().decorators


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 1", "sets “colour”, which the scanner does not know"),
        ("prefixes = 1", "“prefixes” is a list of texts"),
        ("max_bytes = true", "“max_bytes” is a number"),
        ("= 1", "is not TOML"),
        ("[tool]\nenrichment-scanner = 1", "is a table"),
        ("prefixes = " + "[" * 3_000 + "]" * 3_000, "is nested too deeply"),
        ("max_bytes = " + "9" * 5_000, "is not TOML: Exceeds the limit"),
        ("# " + "x" * 200_000, "has 200,002 letters; up to 200,000 are read"),
    ],
)
def test_a_file_that_says_something_else_is_refused(text, said, tmp_path):
    path = tmp_path / "scanner.toml"
    path.write_text(text)

    with pytest.raises(WrongUse, match=said):
        settings.read(path)


def test_decorators_and_names_that_expose_a_function_can_be_named(tmp_path):
    found = trees.read(
        tmp_path,
        settings.Settings(decorators=("post",), names=("handle_*",)),
        x="""
        @router.post("/x")
        def ingest_x(db): db.table("raw.x").insert(1)
        def handle_y(db): db.table("raw.y").insert(1)
        @app.function()
        def ingest_z(db): db.table("raw.z").insert(1)
        """,
    )

    assert {one.name: one.exposed for one in found.functions} == {
        "ingest_x": "post",
        "handle_y": "by its name",
    }
