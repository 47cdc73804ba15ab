"""What a chart says: its rows and series, how many things each mark stands for, and where they are listed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from outreach_admin.ui import figures, texts

NOT_COUNTED = "not counted"
# series whose columns fit into half a page
MOST_IN_HALF = 4
BARS, COLUMNS, BANDS = "bars", "columns", "bands"


@dataclass(frozen=True)
class Series:
    """One kind of marks; `fill` is a fill of bars."""

    label: str
    fill: str


@dataclass(frozen=True)
class Mark:
    """How many things there are, None where nobody counted; `url` lists exactly these."""

    count: int | None
    url: str = ""

    @property
    def words(self) -> str:
        return NOT_COUNTED if self.count is None else figures.number(self.count)


@dataclass(frozen=True)
class Row:
    """One mark a series; `url` lists the things of all of them, `note` says what the label means."""

    label: str
    marks: tuple[Mark, ...]
    url: str = ""
    note: str = ""

    @cached_property
    def total(self) -> int | None:
        counts = [mark.count for mark in self.marks]
        if None in counts:
            return None
        return sum(count or 0 for count in counts)

    @property
    def all(self) -> Mark:
        return Mark(self.total, self.url)


@dataclass(frozen=True)
class Line:
    """A line of the table that says the same as the chart."""

    label: str
    cells: tuple[Mark, ...]
    note: str = ""
    share: str = ""


@dataclass(frozen=True)
class Chart:
    """Counts of `nouns` by row and series.

    `subject` heads the column of labels. Bars lie below each other, columns stand beside each other, in bands
    every series has a scale of its own. Where series do not add up, `adds_up` is false.
    """

    name: str
    title: str
    subject: str
    nouns: str
    series: tuple[Series, ...]
    rows: tuple[Row, ...]
    kind: str = BARS
    note: str = ""
    adds_up: bool = True

    @property
    def is_single(self) -> bool:
        """Whether there is one bar, whose parts are what is told apart."""
        return self.kind == BARS and len(self.rows) == 1

    @property
    def is_long(self) -> bool:
        """Whether the table takes more room than most want to give it."""
        return self.kind != BARS

    @property
    def is_wide(self) -> bool:
        """Whether chart or table needs the width of the page."""
        return self.kind == BANDS or len(self.series) > MOST_IN_HALF

    @property
    def key(self) -> tuple[Series, ...]:
        """What needs a legend: in bands and alone, marks are named already."""
        needed = len(self.series) > 1 and self.kind != BANDS
        return self.series if needed else ()

    @property
    def total(self) -> int:
        return sum(row.total or 0 for row in self.rows)

    @property
    def heads(self) -> tuple[str, ...]:
        """Head the columns of the table."""
        if self.is_single:
            return (self.nouns.capitalize(),)
        labels = tuple(one.label for one in self.series)
        return (*labels, "All") if self._has_sums else labels

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Say in a table what the marks say."""
        return tuple(self._parts() if self.is_single else self._whole_rows())

    @property
    def foot(self) -> Line | None:
        """Add up the parts of a single bar."""
        if not self.is_single:
            return None
        (row,) = self.rows
        return Line(row.label, (row.all,))

    def words(self, row: Row, series: Series, mark: Mark) -> str:
        """Say what a mark stands for."""
        named = [] if self.is_single else [texts.word(row.label)]
        if len(self.series) > 1:
            named.append(texts.word(series.label))
        return f"{', '.join(named)}: {mark.words}"

    @property
    def _has_sums(self) -> bool:
        return self.adds_up and len(self.series) > 1

    def _parts(self) -> Iterator[Line]:
        (row,) = self.rows
        for series, mark in zip(self.series, row.marks, strict=True):
            share = figures.percent(mark.count, row.total)
            yield Line(series.label, (mark,), share=share)

    def _whole_rows(self) -> Iterator[Line]:
        for row in self.rows:
            cells = (*row.marks, row.all) if self._has_sums else row.marks
            yield Line(row.label, cells, row.note)
