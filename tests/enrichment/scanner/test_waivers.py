"""Findings that somebody answers for."""

from datetime import date

import pytest

from enrichment.scanner import waivers
from enrichment.scanner.records import Finding, WrongUse
from tests.enrichment.scanner.trees import TODAY

WAIVER = """
[[waiver]]
finding = "unregistered"
function = "ingest_*"
reason = "moved in March"
by = "Mei Tanaka"
expires = 2026-02-02
"""


def read(tmp_path, text):
    path = tmp_path / "waivers.toml"
    path.write_text(text)
    return waivers.read(path)


def test_a_finding_is_waived_up_to_the_day_on_which_its_waiver_ends(tmp_path):
    [waiver] = read(tmp_path, WAIVER)
    finding = Finding("unregistered", function="ingest_x")

    [waived] = waivers.apply([finding], [waiver], TODAY)
    later, over = waivers.apply([finding], [waiver], date(2026, 2, 3))

    assert (waived.waived_because, waived.waived_until) == ("moved in March", TODAY)
    assert not later.is_waived
    assert (over.kind, over.found) == ("expired_waiver", "ended 2026-02-02")


def test_a_waiver_answers_for_what_it_names_alone(tmp_path):
    [waiver] = read(tmp_path, WAIVER)

    assert waiver.fits(Finding("unregistered", function="ingest_x"))
    assert not waiver.fits(Finding("unregistered", function="store_x"))
    assert not waiver.fits(Finding("dynamic_slug", function="ingest_x"))


def test_nobody_answers_for_what_cannot_be_read(tmp_path):
    [waiver] = read(tmp_path, WAIVER.replace("unregistered", "*").replace("ingest_*", "*"))

    assert not waiver.fits(Finding("unreadable", file="x.py"))


def test_a_waiver_that_nothing_needs_is_named(tmp_path):
    [found] = waivers.apply([], read(tmp_path, WAIVER), TODAY)

    assert (found.kind, found.function) == ("unused_waiver", "ingest_*")


def test_no_waivers_are_a_file_too(tmp_path):
    assert read(tmp_path, "") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (WAIVER.replace("reason =", "why ="), "has “why”"),
        (WAIVER.replace('reason = "moved in March"', ""), "waiver 1 has no reason"),
        (WAIVER.replace('by = "Mei Tanaka"', ""), "waiver 1 has no by"),
        (WAIVER.replace("expires = 2026-02-02", ""), "waiver 1 has no expires"),
        (WAIVER.replace("2026-02-02", '"soon"'), "expires is a day"),
        (WAIVER.replace('function = "ingest_*"', ""), "names neither function nor slug nor file"),
        (WAIVER.replace('"moved in March"', "3"), "all but expires are texts"),
        ("waiver = 3", "begins with"),
        ("waiver = [3]", "is no table"),
        ("other = 3", "has “other”"),
        ("[[waiver", "is not TOML"),
    ],
)
def test_a_file_that_is_not_complete_is_refused(text, said, tmp_path):
    with pytest.raises(WrongUse, match=said):
        read(tmp_path, text)
