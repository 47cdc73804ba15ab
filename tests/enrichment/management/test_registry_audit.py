"""The command `registry_audit`."""

import json

import pytest
from django.core.management import CommandError, call_command

from enrichment.models import Scan
from tests.enrichment import audited

pytestmark = pytest.mark.django_db


def run(capsys, *arguments):
    """Run it; return the exit code and what it printed."""
    code = 0
    try:
        call_command("registry_audit", *map(str, arguments))
    except SystemExit as left:
        code = left.code
    except CommandError as refusal:
        return refusal.returncode, str(refusal)
    return code, capsys.readouterr().out


def test_the_workflows_are_the_registry(capsys, tmp_path):
    audited.register_16()

    code, printed = run(capsys, audited.tree(tmp_path), "--json", "--today", audited.TODAY)

    summary = json.loads(printed)["summary"]
    assert code == 1
    assert (summary["functions"], summary["registered"]) == (53, 16)
    assert (summary["unregistered"], summary["registered_missing"]) == (39, 2)
    assert not Scan.objects.exists()


@pytest.mark.parametrize(
    ("option", "said"), [("--text", "0 findings"), ("--sarif", '"version": "2.1.0"')]
)
def test_other_forms_are_printed_and_a_tree_in_order_is_exit_code_0(option, said, capsys, tmp_path):
    code, printed = run(capsys, tmp_path, option)

    assert code == 0
    assert said in printed


def test_what_is_kept_is_shown_on_the_page(capsys, tmp_path):
    run(capsys, tmp_path, "--keep")

    assert Scan.objects.get().is_green


@pytest.mark.parametrize(
    "arguments", [["NOWHERE"], [".", "--waivers", "NOWHERE"], [".", "--config", "NOWHERE"]]
)
def test_wrong_use_is_exit_code_2_and_a_sentence(arguments, capsys, tmp_path):
    places = {"NOWHERE": tmp_path / "nowhere", ".": tmp_path}

    code, said = run(capsys, *(places.get(one, one) for one in arguments))

    assert code == 2
    assert "nowhere" in said
