"""One tree of deliberately awkward files: exactly the expected findings, with line and column."""

import pytest

from tests.governance.canon.checks import trees

CLEAN = {
    # a comment, a docstring, strings, and names that only look alike
    "src/app/names.py": '"""import lxml"""\n# import requests\nimport requests_oauthlib\n'
    'BANNED = ["lxml", "ZoomInfo", "bulk_enrichment"]\nNOTE = "see https://api.zoominfo.com for"\n',
    "src/app/requests.py": "from . import names\nfrom app.services import requests\n",
    "requirements/base.txt": "requests-oauthlib==1.3  # not requests\nhttpx\n",
    "src/app/__init__.py": "",
    "old/archive/legacy.py": "import requests\n",
    "node_modules/x/y.py": "import requests\n",
    "env/pyvenv.cfg": "",
    "env/lib/z.py": "import requests\n",
    "bundle.zip": b"PK\x03\x04import requests",
    "toolbox.yaml": "banned:\n  libraries:\n    lxml: {reason: a}\n",
    "tests/test_names.py": "def test_bulk_enrichment_is_banned(check):\n    assert check('bulk_enrichment') and check('bs4')\n",
}
AWKWARD = {
    "src/app/aliases.py": "import os, lxml.etree as tree\nimport importlib as il\nload = il.import_module\n"
    "soup = load(\n    'bs4',\n)\nNAME = 'scrapy'\n__import__(NAME)\n",
    "src/app/tries.py": "try:\n    from requests import *\nexcept ImportError:\n    pass\n",
    "src/app/latin.py": b"# -*- coding: latin-1 -*-\nname = '\xe9\xe8'; import selenium\n",
    "src/app/undeclared.py": b"name = '\xe9'\n",
    "src/app/broken.py": "import lxml\ndef f(:\n",
    "src/app/copied.py": "from pip._vendor import requests as r\n",
    "src/app/_vendor/bs4/__init__.py": "VERSION = 4\n",
    "src/app/calls.py": "import httpx\n\n\nasync def f():\n    async with httpx.AsyncClient() as client:\n"
    "        await client.get('https://api.clearbit.com/v2/companies')\n"
    "        await client.get('https://data.vendor.io/')\n        await client.get('https://api.hunter.io/v2')\n",
    "src/app/ways.py": "class LLMAsSpine:\n    pass\n",
    "requirements.txt": "-r requirements/base.txt\nBeautifulSoup4 >= 4 ; python_version > '3'\n"
    "-c https://files.example/limits.txt\nhttpx 1\n",
    "setup.py": "from app import needs\nsetup(install_requires=needs())\n",
    "uv.lock": "package = 5\n",
    "src/app/script.py": "# /// script\n# dependencies = ['lxml']\n# ///\n",
    "pyproject.toml": "[project]\nname = 'lxml'\ndependencies = [\n    # 'scrapy',\n    'Scrapy[extra]>=2',\n]\n",
    "analysis/one.ipynb": trees.notebook(
        "%matplotlib inline\nimport requests", "%pip install lxml"
    ),
    "analysis/two.ipynb": "{",
    "big.py": "x = 1\n" * 85_000 + "import lxml\n",
}
EXPECTED = [
    ("analysis/one.ipynb:cell 1:2:8", "banned-import", "requests"),
    ("analysis/one.ipynb:cell 2:1:14", "banned-library", "lxml"),
    ("analysis/two.ipynb:1:1", "unreadable", ""),
    ("big.py:85001:8", "banned-import", "lxml"),
    ("loop.py:1:1", "unreadable", ""),
    ("pyproject.toml:5:6", "banned-library", "scrapy"),
    ("requirements.txt:2:1", "banned-library", "beautifulsoup4"),
    ("requirements.txt:3:4", "unreadable", ""),
    ("requirements.txt:4:1", "unreadable", ""),
    ("setup.py:2:24", "unreadable", ""),
    ("src/app/_vendor/bs4/__init__.py:1:1", "banned-library", "beautifulsoup4"),
    ("src/app/aliases.py:1:12", "banned-import", "lxml"),
    ("src/app/aliases.py:5:5", "banned-import", "beautifulsoup4"),
    ("src/app/aliases.py:8:12", "banned-import", "scrapy"),
    ("src/app/broken.py:2:1", "unreadable", ""),
    ("src/app/calls.py:6:26", "banned-vendor", "Clearbit"),
    ("src/app/calls.py:7:26", "unregistered-tool", "data.vendor.io"),
    ("src/app/copied.py:1:25", "banned-import", "requests"),
    ("src/app/latin.py:2:21", "banned-import", "selenium"),
    ("src/app/script.py:2:20", "banned-library", "lxml"),
    ("src/app/tries.py:2:10", "banned-import", "requests"),
    ("src/app/undeclared.py:1:1", "unreadable", ""),
    ("src/app/ways.py:1:7", "banned-pattern", "llm_as_spine"),
    ("uv.lock:1:1", "unreadable", ""),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    tree = trees.write(tmp_path_factory.mktemp("awkward"), CLEAN | AWKWARD)
    (tree / "src/round").symlink_to(tree)
    (tree / "loop.py").symlink_to("loop.py")
    (tree / "twice.py").symlink_to("src/app/tries.py")
    return trees.run(tree)


def test_exactly_what_is_expected_is_found(report):
    found = [place.replace("twice.py", "src/app/tries.py") for place, *_ in trees.found_in(report)]

    assert sorted(found) == [place for place, *_ in EXPECTED]


def test_each_finding_has_its_rule_and_name(report):
    found = {(rule, name) for _, rule, name in trees.found_in(report)}

    assert found == {(rule, name) for _, rule, name in EXPECTED}


def test_what_was_left_out_is_named(report):
    assert report.left_out == {
        "env": "a virtual environment",
        "node_modules": "packages of another language",
        "old/archive": "an archive that nothing can import",
    }


def test_without_what_is_awkward_the_tree_is_clean(tmp_path):
    report = trees.run(trees.write(tmp_path, CLEAN))

    assert report.exit_code == 0 and report.open == []
