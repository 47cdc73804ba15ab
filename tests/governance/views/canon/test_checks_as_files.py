"""Findings of a report as a file."""

import csv

from tests import make
from tests.checked import finding, kept, waived
from tests.governance.views.canon.test_checks import LIST, page


def test_findings_go_out_as_they_are_listed(committed_db, client):
    # a download reads with a connection of its own
    client.force_login(make.analyst())
    report = kept(finding("=cmd()"), waived("bs4"))
    address = f"{LIST}reports/{report.pk}/file/"

    text = b"".join(client.get(f"{address}?state=open").streaming_content).decode("utf-8-sig")

    lines = [line for line in text.splitlines() if not line.startswith("#")]
    [row] = csv.DictReader(lines)
    assert (row["file"], row["line"], row["state"], row["change"]) == ("a.py", "1", "open", "first")
    assert row["name"] != "=cmd()"
    assert f"{address}?" in page(client, f"{LIST}reports/{report.pk}/")
    assert client.get(f"{address}?colour=red").status_code == 400
