"""A run as JSON, text and SARIF."""

import json
from datetime import date

import pytest

from governance.canon.checks import baselines, reports
from governance.canon.checks.findings import Unchecked
from governance.canon.checks.waivers import FILE
from tests.governance.canon.checks import trees
from tests.governance.canon.checks.test_waivers import waiver


@pytest.fixture
def report(tmp_path):
    """One finding of each state, one file that cannot be read, one notebook."""
    tree = trees.write(tmp_path / "tree", {"a.py": "import lxml", "b.py": "import bs4"})
    before = tmp_path / "baseline.json"
    before.write_text(baselines.text(trees.run(tree / "b.py").findings))
    trees.write(
        tree,
        {
            FILE: waiver(),
            "c.py": "import scrapy",
            "d.py": "def (",
            "e f.ipynb": trees.notebook("", "import lxml"),
            ".venv/x.py": "",
        },
    )
    return trees.run(tree, baseline=before, today=date(2026, 3, 30))


def test_scripts_read_every_finding_with_its_state_and_place(report):
    held = json.loads(reports.as_json(report))

    assert [(one["file"], one["state"]) for one in held["findings"]] == [
        ("a.py", "waived"),
        ("b.py", "in the baseline"),
        ("c.py", "open"),
        ("d.py", "open"),
        ("e f.ipynb", "open"),
    ]
    assert (held["status"], held["exit_code"], held["canon"]) == ("could not check", 2, 2)
    assert held["summary"]["banned-import"] == {"open": 2, "in the baseline": 1, "waived": 1}
    assert held["left_out"] == [{"path": ".venv", "why": "a hidden folder"}]
    assert held["findings"][2]["code"] == "V-TOOL-002"
    assert held["findings"][0]["until"] == "2026-03-31"


def test_people_read_what_counts_and_how_many_do_not(report):
    *lines, figures = reports.as_text(report).split("\n")

    assert lines[0].startswith("c.py:1:8: banned-import: scrapy is a banned library.")
    assert lines[1].startswith("d.py:1:") and "it is not Python" in lines[1]
    assert lines[2].startswith("e f.ipynb:cell 2:1:8: ")
    assert lines[3].startswith("Note: The waiver of banned-import lxml in a.py ends on")
    assert figures.startswith(
        "Could not check: 2 violations, 1 unreadable, 1 waived, 1 in the baseline, 5 files"
    )


def test_pages_of_code_read_sarif(report):
    run = json.loads(reports.as_sarif(report))["runs"][0]

    places = [one["locations"][0]["physicalLocation"] for one in run["results"]]
    assert places[2]["region"] == {"startLine": 1, "startColumn": 8}
    assert places[4] == {"artifactLocation": {"uri": "e%20f.ipynb"}}
    assert ["suppressions" in one for one in run["results"]] == [True, True, False, False, False]
    ids = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {one["ruleId"] for one in run["results"]} <= ids
    assert run["results"][2]["partialFingerprints"]["identity/v1"] == "banned-import|c.py|scrapy"


@pytest.mark.parametrize("form", sorted(reports.FORMATS))
def test_a_refusal_is_said_in_every_form(tmp_path, form):
    report = trees.run(tmp_path / "gone")

    assert "cannot be checked" in reports.FORMATS[form](report)


def test_a_report_that_cannot_be_written_is_refused(tmp_path, report):
    with pytest.raises(Unchecked, match="cannot be written"):
        reports.write(report, tmp_path / "gone" / "report.json")
