"""Large files: in seconds, in constant memory."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from governance.models import HubError, ImportFile
from governance.services.approvals import requests, votes
from governance.services.files import imports
from governance.services.operations import runner
from tests import make, spent

pytestmark = pytest.mark.usefixtures("committed_db", "redis_server")

CHECK = """
import sys, django
django.setup()
from django.contrib.auth.models import User
from governance.resources import errors
with open(sys.argv[1], "rb") as source:
    errors.check(source, name="errors.csv", by=User.objects.get(username=sys.argv[2]))
"""


def written(folder: Path, count: int) -> Path:
    """A CSV of that many errors, every tenth with a problem."""
    path = folder / f"{count}.csv"
    with path.open("w") as target:
        target.write("error_table,code,message,domain,created_at,severity,details\n")
        for n in range(count):
            severity = "AWFUL" if n % 10 == 0 else "MEDIUM"
            target.write(
                f'{make.DOL},NO_MATCH,"No federal filing matches ""Company {n}""",company{n}.example,2026-01-05T10:00:00Z,{severity},"{{""n"": {n}}}"\n'
            )
    return path


def check(path: Path, user: User) -> spent.Spent:
    return spent.by("-c", CHECK, str(path), user.username)


@pytest.fixture(autouse=True)
def settings_module(monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "outreach_admin.settings")


def scale(folder: Path, count: int) -> None:
    """Check, plan and run an import of `count` rows; memory may not grow with them."""
    triager = make.triager()
    few = check(written(folder, 10), triager)

    many = check(written(folder, count), triager)

    file = ImportFile.objects.first()
    assert (file.rows, file.good) == (count, count - count // 10)
    assert many.megabytes - few.megabytes < 24
    operation = imports.plan(file, by=triager, only_good=True)
    votes.approve(requests.make(operation, by=triager), by=make.manager())
    operation.refresh_from_db()
    runner.finish(operation)
    assert (operation.state, operation.applied) == (
        "done",
        file.good,
    ) and HubError.objects.count() == file.good


def test_twenty_thousand_rows_are_imported_without_growing_memory(tmp_path):
    scale(tmp_path, 20_000)


@pytest.mark.soak
def test_a_million_rows_are_imported_without_growing_memory(tmp_path):
    scale(tmp_path, 1_000_000)
