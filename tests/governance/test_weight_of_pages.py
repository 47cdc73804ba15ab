"""What a first visit costs: the page and everything it loads, as it travels."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db
MOST_BYTES = 150_000
IMPORTS = re.compile(r'@import url\("([^"]+)"\)')
ASSETS = re.compile(r'(?:href|src)="/static/([^"?#]+)')


def travelling(name: str) -> int:
    """Bytes of a static file, and of the style sheets it imports, as they are sent."""
    content = Path(finders.find(name)).read_bytes()
    imported = (
        [f"css/{found}" for found in IMPORTS.findall(content.decode())]
        if name.endswith(".css")
        else []
    )
    return len(gzip.compress(content)) + sum(map(travelling, imported))


@pytest.mark.parametrize(
    "page", ["error-list", "group-list", "company-list", "operation-list", "overview"]
)
def test_a_page_with_all_it_loads_weighs_little(client, page):
    for number in range(50):
        make.error(make.DOL, message=f"No filing for company {number}")
    client.force_login(make.manager())

    answer = client.get(
        reverse(f"governance:{page}"),
        {"disposition": "RETRY"} if page == "error-list" else {},
        headers={"Accept-Encoding": "gzip"},
    )

    assets = set(ASSETS.findall(gzip.decompress(answer.content).decode()))
    assert {"css/app.css", "js/app.js"} <= assets
    assert len(answer.content) + sum(map(travelling, assets)) <= MOST_BYTES
