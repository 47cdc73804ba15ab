"""What a row says of a repository, a report, a finding."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.queries.canon import checks
from governance.tables.canon.checks import (
    LISTS,
    CheckFindingTable,
    CheckReportTable,
    ClosedTable,
    RepositoryTable,
    findings_url,
)
from tests import make
from tests.checked import finding, kept, over_time, unreadable, waived

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(client):
    person = make.analyst()
    client.force_login(person)
    return person


def printed(table_class, rows, **given):
    table = table_class(list(rows))
    for name, value in given.items():
        setattr(table, name, value)
    return [
        " ".join(str(row.get_cell(column.name)) for column in table.columns) for row in table.rows
    ]


def test_a_repository_shows_its_last_report_with_figures_that_lead_to_findings():
    _, last = over_time([finding()], [finding("bs4"), waived("scrapy")])
    [repository] = checks.repositories()

    [row] = printed(RepositoryTable, [repository], trends={repository.pk: [1, 1]})

    for words in ("acme/ingest", "Violations", "main", "5d41402abc4b", "from 1 to 1"):
        assert words in row
    for name in ("open", "opened", "closed", "waived", "ending"):
        assert findings_url(last, name).replace("&", "&amp;") in row


def test_a_trend_of_one_report_is_none():
    kept()

    [row] = printed(RepositoryTable, checks.repositories())

    assert "spark" not in row and "Clean" in row


def test_a_first_report_has_no_figures_of_changes():
    report = kept(finding(), branch="", commit="")

    [row] = printed(CheckReportTable, [report])

    assert row.count("–") == 3
    for words in ("no branch", "unknown"):
        assert words in row


def test_a_finding_shows_place_rule_sentence_and_state():
    over_time([finding()], [finding(), waived("bs4", "2030-01-31", cell=3), unreadable()])
    rows = list(checks.within(checks.repositories()[0].last).order_by("place"))

    plain, answered, unread = printed(CheckFindingTable, rows)

    for words in ("a.py:1:8", "Banned import", "V-TOOL-002", "lxml is a banned library."):
        assert words in plain
    for words in ("a.py:cell 3:1:8", "Waived until 2030-01-31", "(Ada)", "new"):
        assert words in answered
    assert "It is not Python." in unread


def test_what_is_closed_says_what_became_of_it():
    _, now = over_time([finding(), finding("bs4")], [waived("bs4")])

    gone, answered = printed(ClosedTable, checks.closed(now).order_by("place"))

    assert "Gone" in gone and "Waived" in answered


@pytest.mark.parametrize("figure", sorted(LISTS))
def test_a_figure_leads_to_as_many_findings_as_it_counts(client, analyst, figure):
    soon = str(timezone.now().date() + timedelta(days=6))
    over_time(
        [finding(), finding("bs4")],
        [
            finding(),
            finding("scrapy"),
            waived("bs4", soon),
            waived("lxml"),
            unreadable(),
            finding("selenium", state="in the baseline"),
        ],
    )
    last = checks.repositories()[0].last

    shown = client.get(findings_url(last, figure)).context["rows"].rows

    assert len(shown) == getattr(last, figure) > 0


def test_the_figure_of_closed_ones_does_too(client, analyst):
    _, last = over_time([finding(), finding("bs4"), finding("bs4")], [finding("bs4")])

    shown = client.get(findings_url(last, "closed")).context["rows"].rows

    assert len(shown) == last.closed == 2
