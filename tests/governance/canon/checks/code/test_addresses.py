"""Addresses: of vendors that must not be called, and of hosts that no tool declares."""

import pytest

from governance.canon.checks.code import addresses
from tests.governance.canon.checks.trees import in_code

ZOOMINFO = "banned-vendor", "ZoomInfo"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("URL = 'https://api.zoominfo.com/search'", 1, 7),
        ("x = {'a': f'https://api.zoominfo.com/{path}'}", 1, 11),
        ("import httpx\nhttpx.get('https://' + 'www.zoominfo.com')", 2, 11),
        ("import httpx\nhttpx.get('https://www.zoominfo.com/c/acme')", 2, 11),
        ("from http.client import HTTPSConnection as C\nC('api.zoominfo.com')", 2, 3),
    ],
)
def test_the_api_of_a_banned_vendor_is_found_wherever_its_address_stands(text, line, column):
    assert in_code(text) == [(line, column, *ZOOMINFO)]


@pytest.mark.parametrize(
    "text",
    [
        "VENDOR = 'ZoomInfo'",
        "x = 'see https://api.zoominfo.com/ for more'",
        '"""https://api.zoominfo.com/"""',
        "'https://api.zoominfo.com/'",
        "website = 'https://www.clay.com/'",
        "hosts = ['api.zoominfo.com']",
        "x = 'https://api.zoominfo.com.evil.example/'",
        "x = 'https://[broken'",
    ],
)
def test_a_string_that_only_names_a_vendor_or_links_to_it_is_no_use_of_it(text):
    assert in_code(text) == []


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("import httpx\nhttpx.get('https://data.vendor.io/v1')", 2, 11),
        ("import httpx\nwith httpx.Client() as c:\n    c.get('https://data.vendor.io')", 3, 11),
        ("import httpx\nc = httpx.AsyncClient(base_url='https://data.vendor.io')", 2, 32),
        ("from urllib.request import urlopen\nurlopen('https://data.vendor.io')", 2, 9),
        (
            "import aiohttp\ndef f(s: aiohttp.ClientSession):\n    s.get('https://data.vendor.io')",
            3,
            11,
        ),
        (
            "import httpx\nHOST = 'https://data.vendor.io'\nhttpx.get(f'{HOST}/v1')\nhttpx.get(HOST + '/v1')",
            4,
            11,
        ),
        ("page.goto('https://data.vendor.io/')", 1, 11),
    ],
)
def test_a_call_to_a_host_that_no_tool_declares_is_found(text, line, column):
    assert in_code(text) == [(line, column, "unregistered-tool", "data.vendor.io")]


@pytest.mark.parametrize(
    "address",
    [
        "https://api.hunter.io/v2/domain-search",
        "https://maps.googleapis.com/maps/api/place/details/json",
        "http://localhost:8000/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://10.0.0.3/",
        "http://redis:6379",
        "https://warehouse.internal/",
        "https://acme.example/",
        "https://example.com/",
        "/relative",
    ],
)
def test_tools_own_machines_and_examples_may_be_called(address):
    assert in_code(f"import httpx\nhttpx.get({address!r})") == []


def test_a_longer_path_decides_before_its_host():
    text = "import httpx\nhttpx.get('https://www.linkedin.com/in/ada')\nhttpx.get('https://www.linkedin.com/sales/lead/1')\n"

    assert in_code(text) == [(3, 11, "banned-vendor", "LinkedIn Sales Navigator")]


@pytest.mark.parametrize(
    ("host", "is_outside"),
    [("8.8.8.8", True), ("192.168.1.1", False), ("1.2.3", True), ("a.test", False)],
)
def test_addresses_of_one_network_are_its_own(host, is_outside):
    assert addresses.is_outside(host) is is_outside
