"""The workflows run the tests on every Python that the project names."""

import yaml

from tests.servers import ROOT


def test_every_python_runs_the_tests():
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())["jobs"]

    on = {
        version
        for job in jobs.values()
        for version in pythons(job)
        if any(runs_tests(step) for step in job["steps"])
    }

    assert on == {"3.11", "3.12", "3.13"}


def pythons(job: dict) -> list[str]:
    matrix = job.get("strategy", {}).get("matrix", {}).get("python-version")
    return matrix or [
        step["with"]["python-version"].split()[-1]
        for step in job["steps"]
        if "python-version" in step.get("with", {})
    ]


def runs_tests(step: dict) -> bool:
    return any(command in step.get("run", "") for command in (".ci/run", "make test"))
