"""Files of requirements: names as PEP 508 writes them, wherever they stand."""

import codecs

import pytest

from governance.canon.checks import requirements
from tests.governance.canon.checks.trees import KNOWN


def found(text):
    data = text if isinstance(text, bytes) else text.encode()
    read = requirements.check(data, KNOWN)
    return [(one.line, one.column, one.rule.value, one.name) for one in read.findings]


@pytest.mark.parametrize(
    ("line", "column", "name"),
    [
        ("requests", 1, "requests"),
        ("  Requests == 2.31 ; python_version < '4'  # why", 3, "requests"),
        ("requests[socks]>=2", 1, "requests"),
        ("lxml>=5,<6", 1, "lxml"),
        ("LXML~=5.0", 1, "lxml"),
        ("BeautifulSoup4", 1, "beautifulsoup4"),
        ("bs4", 1, "beautifulsoup4"),
        ("scrapy@https://files.example/scrapy.zip", 1, "scrapy"),
        ("requests @ git+https://git.example/psf/requests", 1, "requests"),
        ("git+https://git.example/psf/requests.git@v2.31", 1, "requests"),
        ("-e git+https://git.example/fork.git#egg=lxml", 4, "lxml"),
        ("https://files.example/lxml-5.0-cp311-cp311-linux_x86_64.whl", 1, "lxml"),
        ("./wheels/lxml-5.0.tar.gz", 1, "lxml"),
    ],
)
def test_a_banned_library_is_found_by_any_spelling(line, column, name):
    assert found(f"httpx\n{line}\n") == [(2, column, "banned-library", name)]


@pytest.mark.parametrize(
    "line",
    [
        "requests-oauthlib==1.3",
        "requests_toolbelt",
        "types-requests",
        "lxml-stubs",
        "lx-ml",
        "# requests",
        "httpx  # not requests",
        "httpx \\\n    --hash=sha256:requests \\\n    requests",
        "--index-url https://packages.example/requests",
        "-r https://files.example/more.txt",
        ".",
        "",
    ],
)
def test_what_only_looks_like_one_is_not_found(line):
    assert found(line) == []


def test_packages_of_vendors_are_found():
    assert found("clearbit\napify_client\nfirecrawl-py\n") == [
        (1, 1, "banned-vendor", "Clearbit"),
        (2, 1, "unregistered-tool", "Apify"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF16_LE + "lxml\r\n".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "lxml\n".encode("utf-16-be"),
        codecs.BOM_UTF8 + b"lxml\n",
        b"lxml # \xe9\n",
    ],
)
def test_a_file_is_read_in_whatever_encoding_it_was_written(data):
    assert found(data) == [(1, 1, "banned-library", "lxml")]


def test_files_that_it_goes_on_in_are_named():
    text = b"-r base.txt\n--requirement=dev/more.txt # why\n-c limits.txt\n"

    assert requirements.check(text, KNOWN).includes == ("base.txt", "dev/more.txt", "limits.txt")
