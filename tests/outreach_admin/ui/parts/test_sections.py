"""Parts that apps add to pages of others."""

import pytest

from outreach_admin.ui.parts import sections
from outreach_admin.ui.parts.sections import Section
from tests import make

PAGE = "governance:company-detail"


@pytest.fixture
def registered(monkeypatch):
    """A page with no other part than this one."""
    part = Section(PAGE, "governance.view_huberror", "404.html", lambda record: None)
    monkeypatch.setattr(sections, "_sections", [])
    sections.register(part, part)
    return part


@pytest.mark.django_db
def test_a_part_is_on_its_page_once_for_who_may_see_it(registered):
    assert sections.of(PAGE, make.viewer()) == [registered]
    assert sections.of(PAGE, make.user()) == []
    assert sections.of("governance:error-detail", make.viewer()) == []
