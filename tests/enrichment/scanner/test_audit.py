"""The code against the registry."""

from dataclasses import replace

import pytest

from enrichment.demo import ingest_tree
from enrichment.demo.catalogue import REGISTERED
from enrichment.scanner import tree, waivers
from enrichment.scanner.records import Entry
from tests.enrichment.scanner import trees

X = f"{trees.EXPOSED}def ingest_x(db):\n    client.run('x', entity=1)\n    db.table('raw.x').insert(1)\n"
ENTRY = Entry("x", ("raw.x",), whole=True)
# what the demo's tree has against its 16 entries, each with all its tables
EXPECTED = {
    "functions": 53,
    "functions_registered": 14,
    "functions_dynamic": 0,
    "registered": 16,
    "in_both": 14,
    "retired": 0,
    "further_writers": 32,
    "read_only": 14,
    "ingest_files": 45,
    "writer_files": 21,
    "files": 79,
    "unreadable": 1,
    "unregistered": 39,
    "further_writer": 27,
    "registered_missing": 2,
    "table_mismatch": 4,
    "duplicate_slug": 2,
    "inactive_but_called": 1,
    "dynamic_slug": 3,
    "opens_no_run": 3,
    "not_deployed": 3,
    "expired_waiver": 0,
    "unused_waiver": 0,
    "findings": 85,
    "waived": 30,
    "violations": 55,
}


def entries():
    return [
        Entry(
            one.slug,
            one.tables,
            keys=(one.key_column,),
            key_type=one.key_type,
            is_active=one.is_active,
            whole=True,
        )
        for one in REGISTERED
    ]


def test_the_tree_of_the_demo_gives_exactly_the_expected_table(tmp_path):
    ingest_tree.write(tmp_path, trees.TODAY)

    found = trees.audited(
        tree.read(tmp_path), *entries(), waived=waivers.read(tmp_path / "waivers.toml")
    )

    assert {name: found.summary[name] for name in EXPECTED} == EXPECTED
    assert not found.is_green


def test_a_function_that_is_registered_as_it_is_needs_no_word(tmp_path):
    found = trees.audited(trees.read(tmp_path, x=X), ENTRY)

    assert found.findings == []
    assert found.is_green


@pytest.mark.parametrize(
    ("code", "entry", "kind"),
    [
        (X, None, "unregistered"),
        (X.replace("ingest_x", "store"), None, "further_writer"),
        ("", ENTRY, "registered_missing"),
        (X, replace(ENTRY, tables=("raw.y",)), "table_mismatch"),
        (X, replace(ENTRY, tables=("raw.x", "extracted.x")), "table_mismatch"),
        (X + "    db.table('raw.z').insert(1)\n", ENTRY, "table_mismatch"),
        (
            X.replace("insert(1)", "upsert(1, on_conflict='a')"),
            replace(ENTRY, keys=("b",)),
            "table_mismatch",
        ),
        (X + X.replace("ingest_x", "ingest_y"), ENTRY, "duplicate_slug"),
        (X, replace(ENTRY, is_active=False), "inactive_but_called"),
        (X.replace("'x', entity", "db.name, entity"), None, "dynamic_slug"),
        (X.replace("client.run", "print"), ENTRY, "opens_no_run"),
        ("def (", None, "unreadable"),
    ],
)
def test_each_difference_has_its_kind(code, entry, kind, tmp_path):
    found = trees.audited(trees.read(tmp_path, x=code), *filter(None, [entry]))

    assert [one.kind for one in found.findings] == [kind]
    assert found.summary[kind] == 1
    assert not found.is_green


@pytest.mark.parametrize(
    ("code", "entry"),
    [
        (X, replace(ENTRY, slug="y", aliases=("x",))),
        # others may bring it to core
        (X, replace(ENTRY, tables=("raw.x", "core.x"))),
        # an entry of the seed has one table a layer
        (X + "    db.table('raw.z').insert(1)\n", replace(ENTRY, whole=False)),
        # its name is not shown
        (X.replace("'raw.x'", "f'raw.{db}'"), ENTRY),
        # retired
        ("", replace(ENTRY, is_active=False)),
    ],
)
def test_what_differs_for_a_reason_is_none(code, entry, tmp_path):
    found = trees.audited(trees.read(tmp_path, x=code), entry)

    assert found.findings == []


def test_a_function_that_no_app_imports_is_not_deployed(tmp_path):
    found = trees.audited(trees.read(tmp_path, app="", x=X), ENTRY)

    assert trees.kinds(found) == [("not_deployed", "ingest_x")]


def test_an_entry_without_its_function_names_one_that_writes_its_tables(tmp_path):
    found = trees.audited(trees.read(tmp_path, x=X), replace(ENTRY, slug="renamed"))

    [missing] = [one for one in found.findings if one.kind == "registered_missing"]
    assert missing.found == "ingest_x writes its tables"


def test_a_waiver_that_nothing_needs_fails_nothing(tmp_path):
    unused = waivers.Waiver("*", "why", "Mei Tanaka", trees.TODAY, function="ingest_y")

    found = trees.audited(trees.read(tmp_path, x=X), ENTRY, waived=[unused])

    assert trees.kinds(found) == [("unused_waiver", "ingest_y")]
    assert found.is_green
