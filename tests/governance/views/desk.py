"""Operations as pages show them: how tests plan, open and list them."""

import re
from html import unescape
from uuid import UUID

from governance.services.operations import plans
from tests import make

HTMX = {"HX-Request": "true"}
POLL = re.compile(r'id="(?:live|watch|listed|now)"[^>]* hx-get="([^"]+)"')


def planned(by, rows=None, verb="park", **asked):
    return plans.make(
        verb, errors=rows or [make.error()], by=by, **(asked or {"reason": "DATA_QUALITY"})
    )


def gated(by):
    return planned(by, verb="archive", reason="MANUAL")


def url(operation, act=""):
    return f"/operations/{operation.pk}/{act}/" if act else f"/operations/{operation.pk}/"


def text(client, address, **given):
    response = client.get(address, **given)
    assert response.status_code == 200
    return response.content.decode()


def listed(client, operation, query):
    """The rows of an operation that an address lists."""
    response = client.get(f"{url(operation, 'rows')}?{query}")
    return {UUID(item.subject_id) for item in response.context["rows"].rows}


def after(operation, response):
    """The operation as it is after an action that led back to a page."""
    assert response.status_code == 302, response.content.decode()
    operation.refresh_from_db()
    return operation


def polled(client, page):
    """What the part of a page that keeps itself current gets."""
    address = unescape(POLL.search(page)[1])
    return client.get(address, headers=HTMX)
