"""Files of requirements: names as PEP 508 writes them, wherever they stand."""

import codecs

import pytest

from governance.canon.checks.dependencies import requirements
from tests.governance.canon.checks.trees import KNOWN


def check(text):
    return requirements.check(text if isinstance(text, bytes) else text.encode(), KNOWN)


def found(text):
    findings = check(text).findings
    return [(one.line, one.column, one.rule.value, one.name) for one in findings]


def unread(text):
    return [(one.line, one.said) for one in check(text).findings if one.rule == "unreadable"]


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
        ("--pre -e git+https://git.example/fork.git#egg=lxml", 10, "lxml"),
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
        "httpx==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:01",
        "--extra-index-url https://packages.example --trusted-host packages.example",
        "-e .[dev]",
        "-e ../requests-fork ; python_version > '3'",
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


def test_files_that_it_goes_on_in_are_named_with_their_place():
    text = b"-r base.txt\n--requirement=dev/more.txt # why\n--pre -c \\\n  limits.txt\n"

    assert check(text).includes == (
        ("base.txt", 1, 4),
        ("dev/more.txt", 2, 15),
        ("limits.txt", 4, 3),
    )


def test_a_continued_line_is_one_and_its_name_is_found_where_it_stands():
    assert found("\\\n  lxml \\\n  >= 5 \\\n  --hash=sha256:00\n") == [
        (2, 3, "banned-library", "lxml")
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("httpx 0.27", "has a requirement that cannot be read: “httpx 0.27”"),
        ("<<<<<<< HEAD", "has a requirement that cannot be read: “<<<<<<< HEAD”"),
        ("httpx \\ ", "has a requirement that cannot be read: “httpx \\”"),
        ("--requirements a.txt", "has an option that pip does not know: “--requirements a.txt”"),
        ("httpx -x y", "has an option that pip does not know: “httpx -x y”"),
        ("-r", "has an option without its value: “-r”"),
        ("-e {{app}}", "has a requirement that cannot be read: “-e {{app}}”"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line, said):
    assert unread(f"httpx\n\n{line}\n") == [(3, said)]


def test_a_library_is_found_in_a_line_that_cannot_be_read_too():
    assert [rule for _, _, rule, _ in found("lxml 5.0\n")] == ["banned-library", "unreadable"]


def test_of_a_page_of_prose_the_first_lines_are_named_and_the_others_counted():
    lines = unread("The system must be fast.\n" * 1_000)

    assert len(lines) == requirements.MOST_UNREAD + 1
    assert lines[-1] == (21, "has 980 further lines that cannot be read")
