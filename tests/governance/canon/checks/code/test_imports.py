"""Imports of what is banned, by every way in."""

import pytest

from tests.governance.canon.checks.trees import in_code


@pytest.mark.parametrize(
    ("text", "line", "column", "name"),
    [
        ("import lxml", 1, 8, "lxml"),
        ("import os, lxml.etree as tree", 1, 12, "lxml"),
        ("from bs4 import BeautifulSoup", 1, 6, "beautifulsoup4"),
        ("from BeautifulSoup import BeautifulSoup", 1, 6, "beautifulsoup4"),
        ("from  requests  import *", 1, 7, "requests"),
        ("if True:\n    é = 1; import scrapy", 2, 19, "scrapy"),
        ("def f():\n    import selenium.webdriver", 2, 12, "selenium"),
        ("import importlib\nimportlib.import_module('lxml.etree')", 2, 25, "lxml"),
        ("import importlib as il\nil.import_module(name='bs4')", 2, 23, "beautifulsoup4"),
        ("from importlib import import_module as load\nload('bs4')", 2, 6, "beautifulsoup4"),
        ("import importlib\nload = importlib.import_module\nload('lxml')", 3, 6, "lxml"),
        ("__import__('requests')", 1, 12, "requests"),
        ("import builtins\nbuiltins.__import__('requests')", 2, 21, "requests"),
        ("NAME = 'lx' + 'ml'\n__import__(NAME)", 2, 12, "lxml"),
        ("import pytest\npytest.importorskip('requests')", 2, 21, "requests"),
        ("from pip._vendor import requests", 1, 25, "requests"),
        ("import botocore.vendored.requests as r", 1, 8, "requests"),
    ],
)
def test_a_banned_library_is_found_where_its_name_stands(text, line, column, name):
    assert in_code(text) == [(line, column, "banned-import", name)]


@pytest.mark.parametrize(
    "text",
    [
        "import requests_oauthlib",
        "import lxml_stubs, requestsx",
        "from governance.services.approvals import requests",
        "from . import requests",
        "from .lxml import etree",
        "import app.requests",
        "# import lxml\n",
        '"""import lxml"""\nx = "import lxml"',
        "requests = 1\nrequests.get('x')",
        "name = input()\n__import__(name)",
        "import importlib\nimportlib.import_module('.lxml', 'app')",
        "load('lxml')",
    ],
)
def test_what_only_looks_like_one_is_not_found(text):
    assert in_code(text) == []


def test_star_import_inside_a_try_is_found():
    text = "try:\n    from requests import *\nexcept ImportError:\n    pass\n"

    assert in_code(text) == [(2, 10, "banned-import", "requests")]


def test_sdks_of_banned_and_of_unlisted_vendors_are_found_and_those_of_tools_are_not():
    text = "import clearbit\nfrom apify_client import ApifyClient\nimport firecrawl, retell\n"

    assert in_code(text) == [
        (1, 8, "banned-vendor", "Clearbit"),
        (2, 6, "unregistered-tool", "Apify"),
    ]
