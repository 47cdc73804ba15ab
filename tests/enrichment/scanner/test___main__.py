"""The command that needs no database."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from enrichment.demo import ingest_tree
from enrichment.demo.catalogue import REGISTERED
from enrichment.scanner import __main__ as command
from tests.enrichment.scanner import trees

ROOT = Path(__file__).parents[3]
COLUMNS = (
    "workflow_name",
    "raw_table",
    "extracted_table",
    "core_table",
    "key_column",
    "key_type",
    "is_active",
)


def registry(folder, rows):
    path = folder / "registry.csv"
    with path.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return path


def rows():
    return [
        (
            one.slug,
            one.raw_table,
            one.extracted_table,
            one.core_table,
            one.key_column,
            one.key_type,
            str(one.is_active).lower(),
        )
        for one in REGISTERED
    ]


def scan(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "enrichment.scanner", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_53_functions_against_16_entries_differ_both_ways(tmp_path):
    ingest_tree.write(tmp_path / "tree", trees.TODAY)

    done = scan(
        tmp_path / "tree",
        "--registry",
        registry(tmp_path, rows()),
        "--waivers",
        tmp_path / "tree/waivers.toml",
        "--today",
        trees.TODAY,
        "--format",
        "json",
    )

    summary = json.loads(done.stdout)["summary"]
    assert done.returncode == 1
    assert (summary["functions"], summary["registered"]) == (53, 16)
    assert (summary["unregistered"], summary["in_both"], summary["registered_missing"]) == (
        39,
        14,
        2,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["NOWHERE"], "is not there"),
        (["TREE", "--registry", "NOWHERE"], "cannot be read"),
        (["TREE", "--waivers", "NOWHERE"], "cannot be read"),
        (["TREE", "--config", "NOWHERE"], "cannot be read"),
    ],
)
def test_wrong_use_is_a_sentence_and_exit_code_2(arguments, said, tmp_path, capsys):
    places = {"NOWHERE": str(tmp_path / "nowhere"), "TREE": str(tmp_path)}

    code = command.main([places.get(one, one) for one in arguments])

    assert code == 2
    assert said in capsys.readouterr().err


def test_an_unknown_option_is_exit_code_2(capsys):
    with pytest.raises(SystemExit) as left:
        command.main([".", "--format", "xml"])

    assert left.value.code == 2
    assert "invalid choice: 'xml'" in capsys.readouterr().err


def test_a_tree_in_order_is_exit_code_0(tmp_path, capsys):
    assert command.main([str(tmp_path)]) == 0
    assert "0 findings" in capsys.readouterr().out


def test_neither_django_nor_what_is_installed_is_needed(tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom enrichment.scanner.__main__ import main; sys.exit(main([{str(tmp_path)!r}]))",
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr


def test_a_tree_brings_its_own_waivers(tmp_path, capsys):
    writer = f"{trees.EXPOSED}def ingest_x(db): db.table('raw.x').insert(1)\n"
    trees.write(tmp_path, x=writer)
    (tmp_path / "waivers.toml").write_text(
        """
        [[waiver]]
        finding = "*"
        function = "ingest_x"
        reason = "moved in March"
        by = "Mei Tanaka"
        expires = 2026-02-02
        """
    )

    assert command.main([str(tmp_path), "--today", "2026-02-02"]) == 0
    assert "2 findings, 2 waived" in capsys.readouterr().out
