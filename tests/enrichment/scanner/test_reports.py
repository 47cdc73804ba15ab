"""An audit as JSON, text and SARIF."""

import json
from pathlib import Path

import pytest

from enrichment.scanner import reports, tree
from enrichment.scanner.audit import KINDS
from enrichment.scanner.waivers import Waiver
from tests.enrichment.scanner import trees

FINDING = {
    "kind",
    "file",
    "line",
    "function",
    "slug",
    "expected",
    "found",
}


def audited(tmp_path):
    writer = f"{trees.EXPOSED}def NAME(db): db.table('raw.x').insert(1)\n"
    waiver = Waiver("opens_no_run", "later", "Mei Tanaka", trees.TODAY, function="ingest_x")
    found = trees.read(tmp_path, x=writer.replace("NAME", "ingest_x"), broken="def (")
    return trees.audited(found, waived=[waiver])


def test_json_has_the_shape_that_scripts_rely_on(tmp_path):
    found = json.loads(reports.as_json(audited(tmp_path)))

    assert {"functions", "registered", "unregistered", "registered_missing"} <= found[
        "summary"
    ].keys()
    assert all(one.keys() >= FINDING for one in found["findings"])
    assert found["findings"][1]["writes"] == [
        {"layer": "raw", "table": "raw.x", "keys": [], "via": ""}
    ]


def test_text_has_a_line_a_finding_and_the_figures(tmp_path):
    lines = reports.as_text(audited(tmp_path)).splitlines()

    assert lines[1] == "x.py:3: unregistered ingest_x: raw.x, expected an entry"
    assert lines[2].endswith("(waived until 2026-02-02)")
    assert lines[-2:] == [
        "3 findings, 1 waived, 2 fail the audit.",
        "The audit is partial: 1 could not be read.",
    ]


def test_sarif_has_rules_places_and_what_is_waived(tmp_path):
    found = json.loads(reports.as_sarif(audited(tmp_path)))

    [run] = found["runs"]
    assert found["version"] == "2.1.0"
    assert [one["id"] for one in run["tool"]["driver"]["rules"]] == list(KINDS)
    broken, open_, waived = run["results"]
    assert (broken["level"], open_["level"], waived["level"]) == ("error", "error", "note")
    place = open_["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "x.py"}, "region": {"startLine": 3}}
    assert waived["suppressions"] == [{"kind": "external", "justification": "later"}]


@pytest.mark.parametrize("named", ["ingest", "ingest/a x.py"])
def test_sarif_names_files_from_where_the_command_was_called(named, tmp_path, monkeypatch):
    (tmp_path / "ingest").mkdir()
    (tmp_path / "ingest/a x.py").write_text("def (")
    monkeypatch.chdir(tmp_path)

    found = json.loads(reports.as_sarif(trees.audited(tree.read(Path(named)))))

    [result] = found["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "ingest/a%20x.py"}


def test_names_of_files_neither_break_a_line_nor_an_address(tmp_path):
    (tmp_path / 'a "b"\n::error::c.py').write_text("def (")

    found = trees.audited(trees.read(tmp_path))

    lines = reports.as_text(found).splitlines()
    assert lines[0].startswith('a "b"\\n::error::c.py:1: unreadable')
    [result] = json.loads(reports.as_sarif(found))["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20%22b%22%0A%3A%3Aerror%3A%3Ac.py"}
