"""Who may what in enrichment."""

import pytest

from enrichment import policies
from tests import make

pytestmark = pytest.mark.django_db


def test_those_who_triage_may_register_workflows_and_viewers_may_not():
    assert policies.may_register_workflows(make.triager())
    assert policies.may_register_workflows(make.manager())
    assert not policies.may_register_workflows(make.viewer())
    assert not policies.may_register_workflows(make.triager(is_active=False))
