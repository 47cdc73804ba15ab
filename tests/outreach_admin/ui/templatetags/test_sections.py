"""Parts of other apps, drawn by `{% sections %}`."""

import pytest
from django.template import Context, Template

from outreach_admin.ui.parts import sections
from outreach_admin.ui.parts.sections import Section
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "governance:company-detail"
DRAWN = Template(f'{{% load sections %}}{{% sections "{PAGE}" record %}}')


def test_each_part_is_drawn_with_what_it_says_of_the_record(rf, monkeypatch):
    monkeypatch.setattr(sections, "_sections", [])
    request = rf.get("/")
    request.user = make.viewer()
    said = {"label": "Runs", "value": "<b>"}
    for told in (lambda record: None, lambda record: said | {"note": record}):
        sections.register(Section(PAGE, "governance.view_huberror", "ui/_stat.html", told))

    drawn = DRAWN.render(Context({"request": request, "record": "<i>"}))

    assert drawn.count("Runs") == 1
    assert "&lt;b&gt;" in drawn and "&lt;i&gt;" in drawn
