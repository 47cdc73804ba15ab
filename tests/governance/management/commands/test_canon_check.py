"""`canon_check`: the checks as a command of the console."""

import json

import pytest
from django.core.management import call_command

from tests.governance.canon.checks import trees


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def test_banned_imports_end_in_1_and_are_printed_and_kept(tmp_path, capsys):
    tree = trees.write(
        tmp_path / "tree",
        {"bad.py": "import lxml.etree as tree\nfrom bs4 import BeautifulSoup\n"},
    )
    report = tmp_path / "report.json"

    with pytest.raises(SystemExit) as left:
        call_command("canon_check", str(tree), "--report", str(report))

    assert left.value.code == 1
    assert "bad.py:1:8: banned-import: lxml" in capsys.readouterr().out
    assert len(json.loads(report.read_text())["findings"]) == 2


def test_a_clean_tree_ends_in_0(tmp_path, capsys):
    tree = trees.write(tmp_path / "tree", {"good.py": "import httpx\n"})

    call_command("canon_check", str(tree), "--report", str(tmp_path / "report.json"))

    assert capsys.readouterr().out.startswith("Clean: ")


def test_a_folder_without_code_ends_in_2(tmp_path):
    with pytest.raises(SystemExit) as left:
        call_command("canon_check", str(tmp_path), "--report", str(tmp_path / "report.json"))

    assert left.value.code == 2
