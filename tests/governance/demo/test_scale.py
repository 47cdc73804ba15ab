"""A million errors are fourteen times the backlog, in every figure."""

import pytest

from governance.demo import population
from tests.bench.backlogs import MILLION, backlog

pytestmark = pytest.mark.soak


def figures(scale: int) -> dict[str, int]:
    with backlog(scale):
        return dict(population.figures())


def test_every_figure_of_the_population_is_multiplied(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        once, often = figures(1), figures(MILLION)

    assert often == {label: rows * MILLION for label, rows in once.items()}
