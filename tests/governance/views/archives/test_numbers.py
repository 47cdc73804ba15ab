"""Numbers of retention with their addresses; the page's test follows each of them."""

from datetime import date

from governance.models import ErrorTable
from governance.queries.archives.accounts import Account
from governance.queries.archives.retention import Forecast
from governance.views.archives import numbers


def forecast(**given) -> Forecast:
    months = {date(2026, 11, 1): 3, date(2026, 12, 1): 0}
    return Forecast(ErrorTable(name="a.errors"), **{"months": months} | given)


def test_the_first_month_takes_what_is_overdue_and_the_last_line_what_comes_later():
    first, second, later = numbers.months_of([forecast(later=2)])

    assert first.cells[0].url.endswith("?error_table=a.errors&held=false&kept_before=2026-12-01")
    assert first.total.url.endswith("?held=false&kept_before=2026-12-01")
    assert (second.cells[0], second.total) == (numbers.Cell(0), numbers.Cell(0))
    assert later.cells[0].url.endswith("held=false&kept_after=2027-01-01")
    assert numbers.months_of([]) == []


def test_the_account_of_all_tables_adds_up():
    found = [Account("a.errors", 1, 2, 3, 6), Account("b.errors", 0, 5, 0, 6)]

    lines, everything = numbers.accounts_of(found), numbers.account_of_all(found)

    assert [line.live.rows for line in lines] == [1, 0] and lines[1].live.url == ""
    assert (everything.table, everything.created, everything.difference) == (None, 12, 1)
    assert everything.live.url.endswith("/errors/?view=all")
