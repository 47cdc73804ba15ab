"""Long filters are kept once, within limits, and forgotten when nobody asks for them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.exceptions import FilterRefused
from governance.models import KeptFilter
from governance.services import keptfilters
from tests import make

pytestmark = pytest.mark.django_db


def unused(key: str, days: int) -> None:
    long_ago = timezone.now() - timedelta(days=days)
    KeptFilter.objects.filter(pk=key).update(used_at=long_ago, kept_at=long_ago)


def test_the_same_filter_is_kept_once_whoever_asks():
    first = keptfilters.keep("code=A", by=make.viewer())
    second = keptfilters.keep("code=A", by=make.viewer())

    assert first == second
    assert KeptFilter.objects.get().text == "code=A"


def test_one_that_is_too_long_is_refused():
    with pytest.raises(FilterRefused, match="100,000 are kept") as refused:
        keptfilters.keep("x" * 100_001, by=make.viewer())

    assert refused.value.status == 413


def test_nobody_fills_the_table(monkeypatch):
    monkeypatch.setattr(keptfilters, "MOST_AN_HOUR", 2)
    person = make.viewer()
    for number in range(2):
        keptfilters.keep(f"code={number}", by=person)

    with pytest.raises(FilterRefused) as refused:
        keptfilters.keep("code=3", by=person)

    assert refused.value.status == 429
    assert keptfilters.keep("code=1", by=person)
    assert keptfilters.keep("code=3", by=make.viewer())


def test_what_nobody_asks_for_is_forgotten():
    person = make.viewer()
    old, used, new = (keptfilters.keep(f"code={number}", by=person).key for number in range(3))
    unused(old, days=31)
    unused(used, days=31)
    keptfilters.use(used)

    keptfilters.expire()

    assert set(KeptFilter.objects.values_list("pk", flat=True)) == {used, new}


def test_of_too_many_those_longest_unused_are_forgotten(monkeypatch):
    monkeypatch.setattr(keptfilters, "MOST", 1)
    person = make.viewer()
    older, newer = (keptfilters.keep(f"code={number}", by=person).key for number in range(2))
    unused(older, days=2)

    assert keptfilters.expire() == 1
    assert KeptFilter.objects.get().pk == newer
