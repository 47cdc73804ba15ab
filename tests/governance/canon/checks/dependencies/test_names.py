"""One requirement: whether it can be read, and what a report shows of one that cannot."""

import time

import pytest

from governance.canon.checks.dependencies import names


@pytest.mark.parametrize(
    "requirement",
    [
        "httpx",
        "httpx[http2, socks] >= 0.27, != 0.28.* ; python_version < '4'",
        "httpx==1.0.post1+local;os_name=='nt'",
        "httpx (>=1,<2)",
        "httpx===any thing".replace(" ", ""),
        "httpx~=1.0,",
        "httpx ; 'linux' in sys_platform",
        "httpx @ git+https://git.example/httpx@v1#egg=httpx ; python_version > '3'",
        "app @ {root:uri}/app",
        "git+ssh://git@git.example/app.git@main",
        "git+file:///srv/app",
        "https://${TOKEN}@files.example/app.whl",
        "file:../app",
        ".",
        "./my folder/app[extra]",
        "../app",
        "~/app",
        "packages/app ; python_version > '3'",
        "C:\\wheels\\app.whl",
        "app-1.0-py3-none-any.whl",
        "-e ../app",
    ],
)
def test_whatever_pip_and_uv_take_can_be_read(requirement):
    assert names.is_sound(requirement)


@pytest.mark.parametrize(
    "requirement",
    [
        "httpx 0.27",
        "httpx=0.27",
        "httpx=0.27=py_0",
        "httpx >=",
        "httpx >= 1 < 2",
        "httpx[socks",
        "httpx ; requests",
        "<<<<<<< HEAD",
        "=======",
        "{{ package }}",
        "${PACKAGE}==1",
        "'httpx'",
        "Install what follows:",
        "httpx, requests",
        "httpx\0",
        "",
    ],
)
def test_what_neither_takes_cannot(requirement):
    assert not names.is_sound(requirement)


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 300_000 + "!",
        "a" + " " * 300_000 + "!",
        "a" + "/" * 300_000 + " b",
        "a==1" + ",==1" * 100_000 + "!",
        "a[" + "b," * 100_000,
        "a/" + "1-1" * 100_000,
    ],
)
def test_a_line_of_any_length_is_read_without_going_back(hostile):
    began = time.process_time()

    names.is_sound(hostile), names.named(hostile)

    assert time.process_time() - began < 5


def test_what_is_shown_is_short_and_holds_nothing_that_signs_in():
    assert names.shown("a  @\thttps://user:word@files.example/a b") == (
        "a @ https://files.example/a b"
    )
    assert len(names.shown("x" * 10_000)) == names.SHOWN
    assert "\x1b" not in names.shown("a\x1b[31m")
