"""The command without database and settings, the functions of the seed, and this project itself."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from governance.canon import ci_checks
from governance.canon.checks.findings import Unchecked
from tests.governance.canon.checks import trees
from tests.governance.canon.checks.console.consoles import Console
from tests.servers import ROOT

EXPECTED = {
    "check_banned_libraries": ["banned-library"],
    "check_banned_imports": ["banned-import"],
    "check_tool_registry_coverage": ["banned-vendor", "unregistered-tool", "banned-pattern"],
}


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def console(monkeypatch):
    monkeypatch.setenv("OUTREACH_TOKEN", "oo_pl_aToken")
    with Console() as made:
        yield made


@pytest.fixture
def tree(tmp_path):
    """A repository in which each check finds something."""
    return trees.write(
        tmp_path / "tree",
        {
            "requirements.txt": "lxml\n",
            "a.py": "import bs4\nimport clearbit\nimport apify\nbulk_enrichment()\n",
        },
    )


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_function_of_the_seed_finds_its_own(tree, name):
    found = getattr(ci_checks, name)(tree)

    assert [one.rule for one in found] == EXPECTED[name]


@pytest.mark.parametrize("name", [*EXPECTED, "check_done_state_contracts"])
def test_none_takes_what_it_cannot_read_for_clean(tree, name):
    trees.write(tree, {"b.py": "def ("})

    assert "unreadable" in [one.rule for one in getattr(ci_checks, name)(tree)]
    with pytest.raises(Unchecked, match="holds no file"):
        getattr(ci_checks, name)((tree / "empty").mkdir() or tree / "empty")


def test_the_current_folder_is_what_they_check(tree, monkeypatch):
    monkeypatch.chdir(tree)

    assert [one.name for one in ci_checks.check_banned_libraries()] == ["lxml"]


def run(*arguments, cwd, **more):
    command = [sys.executable, "-m", "governance.canon.ci_checks", *map(str, arguments)]
    return subprocess.run(
        command,
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(cwd)} | more,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_runs_in_any_folder_without_settings_and_writes_its_report(tree):
    said = run(cwd=tree)

    assert said.returncode == 1 and said.stderr == ""
    assert "a.py:1:8: banned-import: beautifulsoup4 is a banned library." in said.stdout
    held = json.loads((tree / "ci_enforcement_report.json").read_text())
    assert (held["status"], len(held["findings"])) == ("violations", 5)


def test_it_brings_in_neither_django_nor_what_only_some_runs_need():
    code = (
        "import sys, governance.canon.ci_checks as checks; sys.argv = ['x', 'pyproject.toml', '--report', '/dev/null', '--no-cache']; "
        "checks.main(); found = {'django', 'celery', 'sqlglot', 'multiprocessing', 'urllib.request', 'ssl'} & set(sys.modules); sys.exit(str(found) if found else 0)"
    )

    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("files", "code"), [({"a.py": ""}, 0), ({"a.py": "import lxml"}, 1), ({"a.py": "def ("}, 2)]
)
def test_the_report_is_written_whatever_was_found(tmp_path, capsys, files, code):
    tree = trees.write(tmp_path / "tree", files)
    report = tmp_path / "report.json"

    assert ci_checks.main([str(tree), "--report", str(report)]) == code
    assert json.loads(report.read_text())["exit_code"] == code


def test_the_report_says_too_why_nothing_was_checked(tmp_path, capsys):
    report = tmp_path / "report.json"

    assert ci_checks.main([str(tmp_path / "gone"), "--report", str(report)]) == 2
    assert "cannot be checked" in json.loads(report.read_text())["refusal"]
    assert "cannot be checked" in capsys.readouterr().out


def test_a_report_that_cannot_be_written_ends_in_2(tmp_path, capsys):
    trees.write(tmp_path, {"a.py": ""})

    assert ci_checks.main([str(tmp_path), "--report", str(tmp_path / "gone/report.json")]) == 2
    assert "cannot be written" in capsys.readouterr().out


def test_a_baseline_is_written_and_read(tree, tmp_path, capsys):
    baseline, report = tmp_path / "baseline.json", f"--report={tmp_path / 'report.json'}"

    assert ci_checks.main([str(tree), report, "--write-baseline", str(baseline)]) == 1
    assert ci_checks.main([str(tree), report, "--baseline", str(baseline)]) == 0
    assert "5 in the baseline" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_scripts_read_what_is_printed(tree, tmp_path, capsys, form):
    ci_checks.main([str(tree), "--format", form, "--report", str(tmp_path / "report.json")])

    assert json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("arguments", [["--today", "soon"], ["a", "b"], ["--format", "xml"]])
def test_wrong_arguments_end_in_2(capsys, arguments):
    with pytest.raises(SystemExit) as left:
        ci_checks.main(arguments)

    assert left.value.code == 2


def test_a_day_that_is_none_is_refused_in_words(capsys):
    with pytest.raises(SystemExit):
        ci_checks.main(["--today", "31.3.2026"])

    assert "“31.3.2026” is no day: write it as 2026-03-31" in capsys.readouterr().err


def test_a_schema_without_a_contract_checks_nothing(tmp_path, capsys):
    trees.write(tmp_path, {"a.py": "", "schema.sql": "CREATE TABLE a (b int);"})
    given = [str(tmp_path), "--report", str(tmp_path / "report.json")]

    assert ci_checks.main(given) == 0
    assert ci_checks.main([*given, "--schema", str(tmp_path / "schema.sql")]) == 2
    said = capsys.readouterr().out
    assert "holds no DONE_STATE_DEFINITIONS.md" in said and "Could not check" in said


def test_a_report_is_sent_to_a_console_and_the_check_ends_as_ever(console, tree, tmp_path, capsys):
    given = [str(tree), "--report", str(tmp_path / "report.json"), "--send", console.address]

    assert ci_checks.main([*given, "--repository", "acme/tree", "--branch", "fix"]) == 1

    [(_, _, data)] = console.came
    sent, kept = json.loads(data), json.loads((tmp_path / "report.json").read_text())
    assert (sent["repository"], sent["branch"], len(sent["findings"])) == ("acme/tree", "fix", 5)
    assert sent["findings"] == kept["findings"]
    assert "stored at http" in capsys.readouterr().out
    assert ci_checks.main([*given, "--format", "json"]) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out) and "stored at http" in printed.err


def test_a_report_that_is_not_sent_ends_in_2_and_says_why(console, tmp_path, capsys):
    trees.write(tmp_path, {"a.py": ""})
    console.status, console.said = 403, '{"detail": "It lacks the scope."}'
    given = [str(tmp_path), "--report", str(tmp_path / "report.json")]

    assert ci_checks.main(given) == 0
    assert ci_checks.main([*given, "--send", console.address]) == 2
    assert "The report was not sent: 403 It lacks the scope." in capsys.readouterr().out


def test_this_project_is_clean(tmp_path, capsys):
    code = ci_checks.main([str(ROOT), "--report", str(tmp_path / "report.json")])

    assert code == 0, capsys.readouterr().out


def test_requests_in_the_lock_of_the_tests_is_all_that_this_project_waives():
    held = tomllib.loads((ROOT / ".ci/canon_waivers.toml").read_text())
    lock = (ROOT / "requirements-dev.lock").read_text()

    [waiver] = held.pop("waiver")
    assert held == {}
    assert waiver["rule"] == "banned-library"
    assert (waiver["name"], waiver["file"]) == ("requests", "requirements-dev.lock")
    after = lock[lock.index("\nrequests==") :]
    assert after[: after.index("\n", after.index("# via"))].endswith("# via schemathesis")


def test_without_its_waiver_that_one_is_found():
    report = trees.run(ROOT, waivers=ROOT / "pyproject.toml")

    assert [(one.file, one.name) for one in report.open] == [("requirements-dev.lock", "requests")]


def test_another_repository_runs_them_as_a_hook(tree):
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    folder = str(Path(sys.executable).parent)

    said = subprocess.run(
        [ROOT / hook["entry"]],
        cwd=tree,
        env={"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (hook["id"], said.returncode, said.stderr) == ("canon-check", 1, "")
    assert "lxml" in said.stdout


def test_ci_runs_them_and_keeps_the_report():
    workflow = yaml.safe_load((ROOT / ".github/workflows/enforcement.yml").read_text())

    steps = workflow["jobs"]["enforcement-check"]["steps"]
    kept = steps[-1]["with"]
    assert "python -m governance.canon.ci_checks" in steps[-2]["run"]
    assert kept == {"name": "enforcement-report", "path": "ci_enforcement_report.json"}
    assert "governance.canon.ci_checks" in (ROOT / ".ci/run").read_text()


def run_by(script, tree, tmp_path, **environment):
    """Run the command by a shell; return its own exit code and what went to stderr."""
    done = subprocess.run(
        ["bash", "-c", script, "bash", sys.executable, str(tree), str(tmp_path / "report.json")],
        cwd=ROOT,
        env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip(), done.stderr


CHECK = '"$1" -m governance.canon.ci_checks "$2" --report "$3"'


def test_what_cannot_be_printed_is_no_clean_end_and_no_traceback(tmp_path):
    tree = trees.write(tmp_path / "tree", {"a.py": ""})

    code, said = run_by(f"{CHECK} > /dev/full; echo $?", tree, tmp_path)

    assert (code, said) == ("2", "")
    assert (tmp_path / "report.json").exists()


def test_letters_that_a_terminal_has_not_are_escaped(tmp_path):
    tree = trees.write(tmp_path / "tree", {"ñ.py": "import lxml\n"})

    code, said = run_by(f"{CHECK}; echo $?", tree, tmp_path, PYTHONIOENCODING="ascii")

    assert said == "" and code.endswith("1") and "\\xf1.py" in code
