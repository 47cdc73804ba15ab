"""What static/js/app.js adds to a list, in a real browser; and that nothing needs it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connections
from django.test import Client

from tests.browser import serving
from tests.servers import SERVERS

START = datetime(2026, 1, 1, tzinfo=UTC)
SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.outreach_admin.ui.settings"}


@pytest.fixture(scope="module")
def people(django_db_setup, django_db_blocker) -> Iterator[dict[str, str]]:
    """Sixty committed people and somebody who may park them; keys by user name, `session` among them."""
    user_model = get_user_model()
    with django_db_blocker.unblock():
        user_model.objects.bulk_create(
            user_model(
                username=f"u{n:03}", last_name="adams", date_joined=START + timedelta(days=n)
            )
            for n in range(60)
        )
        triager = user_model.objects.create_user("triager", date_joined=START - timedelta(days=1))
        triager.user_permissions.set(
            Permission.objects.filter(codename__in=["view_user", "change_user", "view_huberror"])
        )
        client = Client()
        client.force_login(triager)
        keys = {name: str(key) for name, key in user_model.objects.values_list("username", "pk")}
        yield keys | {"session": client.cookies[settings.SESSION_COOKIE_NAME].value}
        connections.close_all()
        SERVERS.clone()


@pytest.fixture(scope="module")
def address(people) -> Iterator[str]:
    """The people list, served by a process of its own."""
    with serving(SETTINGS) as url:
        yield url


def context_of(browser, address, people, **options):
    context = browser.new_context(**options)
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": people["session"], "url": address}]
    )
    context.set_default_timeout(10_000)
    return context


@pytest.fixture
def page(browser, address, people):
    context = context_of(browser, address, people)
    page = context.new_page()
    page.complaints = []
    page.on(
        "console",
        lambda message: page.complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda problem: page.complaints.append(str(problem)))
    yield page
    context.close()


def opened(page, url):
    page.goto(url)
    page.wait_for_selector("#total[data-total]")
    return page


def planned(page) -> dict:
    page.wait_for_url("**/plan/park/")
    return json.loads(page.inner_text("pre"))


def test_rows_ticked_by_keyboard_on_two_pages_reach_the_plan(page, address, people):
    opened(page, f"{address}/people/")

    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    page.click("#page-after")
    page.wait_for_selector("[data-row] >> text=u009")
    page.get_by_text("3 selected").first.wait_for()
    page.get_by_label("Select u000").check()
    assert page.complaints == []
    page.keyboard.press("p")

    assert sorted(planned(page)["ids"]) == sorted(
        people[name] for name in ("u059", "u058", "u057", "u000")
    )


def test_all_matching_but_one_keeps_its_exception_over_pages(page, address, people):
    opened(page, f"{address}/people/?q=u0&select=all")

    page.get_by_label("Select u059").uncheck()
    page.click("#page-after")
    page.wait_for_url("**except=**")
    page.get_by_text("but 1").first.wait_for()
    page.keyboard.press("p")

    assert planned(page) == {
        "verb": "park",
        "scope": "except",
        "ids": [people["u059"]],
        "filter": "q=u0",
    }


def test_a_changed_filter_forgets_what_was_ticked(page, address):
    opened(page, f"{address}/people/")
    page.get_by_label("Select u059").check()

    page.click(".facet a >> text=Adams")
    page.wait_for_url("**last_name=adams**")

    page.get_by_text("Nothing selected").or_(page.get_by_text("Select this page")).first.wait_for()
    assert page.locator("tr.is-selected").count() == 0


def test_verbs_wait_for_a_selection(page, address):
    opened(page, f"{address}/people/")
    park = page.get_by_role("button", name="Park")

    assert park.is_disabled()
    page.get_by_label("Select u059").check()
    assert park.is_enabled()


def test_a_wrong_value_is_said_beside_the_old_rows(page, address):
    opened(page, f"{address}/people/")

    page.keyboard.press("f")
    page.get_by_label("Joined after").fill("yesterday")
    page.keyboard.press("Enter")

    page.get_by_text("The value of “joined_after” is not valid").wait_for()
    assert page.locator("[data-row]").count() == 50
    assert page.url == f"{address}/people/"


def test_the_key_help_opens_and_shortcuts_can_be_switched_off(page, address):
    opened(page, f"{address}/people/")

    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_role("button", name="Switch shortcuts off").click()
    page.wait_for_selector("html[data-keys=off]")
    page.keyboard.press("?")

    assert page.get_by_role("dialog").count() == 0


def test_keys_typed_into_a_field_are_text(page, address):
    opened(page, f"{address}/people/")

    page.keyboard.press("/")
    page.keyboard.type("jxp?")

    assert page.locator("[data-search]").input_value() == "jxp?"
    assert page.locator("tr.is-selected").count() == 0


def test_a_theme_is_chosen_in_the_menu(page, address):
    opened(page, f"{address}/people/?q=u0")

    page.click(".topbar summary")
    page.get_by_role("button", name="Dark").click()
    page.wait_for_selector("html[data-theme=dark]")

    assert page.url == f"{address}/people/?q=u0"


def test_everything_works_without_javascript(browser, address, people):
    context = context_of(browser, address, people, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/people/?q=u0")

    page.get_by_role("link", name="all matching", exact=True).click()
    page.get_by_label("Select u059").uncheck()
    page.get_by_role("button", name="Park").click()

    assert json.loads(page.inner_text("pre"))["ids"] == [people["u059"]]
    context.close()


def ticked(page) -> list[str]:
    return [row.get_attribute("aria-label") for row in page.locator("[data-tick]:checked").all()]


@pytest.fixture
def newcomer(people):
    """Brings somebody new to the top of the list: every row moves down by one."""
    made = []

    def join(name: str) -> None:
        made.append(get_user_model().objects.create_user(name))

    yield join
    for person in made:
        person.delete()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("way", ["back", "reload"])
def test_what_was_ticked_is_ticked_by_its_row_or_not_at_all(
    browser, address, people, newcomer, way, scripts
):
    context = context_of(browser, address, people, java_script_enabled=scripts)
    page = context.new_page()
    # what is routed is not cached, so that going back asks the server anew
    page.route("**/*", lambda route: route.continue_())
    page.goto(f"{address}/people/?size=25")
    page.get_by_label("Select u058").check()
    newcomer(f"new-{way}-{scripts}")

    if way == "back":
        page.goto(f"{address}/keys/")
        page.go_back()
    else:
        page.reload()
    page.get_by_label(f"Select new-{way}-{scripts}").wait_for()

    assert ticked(page) == (["Select u058"] if scripts else [])
    context.close()


def test_pages_turned_back_keep_what_was_ticked_on_each(page, address, people, newcomer):
    opened(page, f"{address}/people/?size=25")
    page.get_by_label("Select u059").check()
    page.click("#page-after")
    page.get_by_label("Select u030").check()
    newcomer("new-turned")

    page.go_back()
    page.get_by_text("2 selected").first.wait_for()
    page.reload()
    page.get_by_label("Select new-turned").wait_for()

    assert ticked(page) == ["Select u059"]
    page.keyboard.press("p")
    assert sorted(planned(page)["ids"]) == sorted(people[name] for name in ("u059", "u030"))


def test_a_whole_page_that_was_selected_stays_the_same_rows(page, address, newcomer):
    opened(page, f"{address}/people/?size=25&select=page")
    page.get_by_label("Select u058").uncheck()
    before = ticked(page)
    newcomer("new-page")

    page.reload()
    page.get_by_label("Select new-page").wait_for()

    # the last of them stands on the next page now
    assert ticked(page) == before[:-1]
    page.get_by_text("24 selected").first.wait_for()


def test_another_list_with_the_same_filter_is_another_selection(page, address, people):
    page.route("**/*", lambda route: route.continue_())
    opened(page, f"{address}/people/?size=25")
    page.get_by_label("Select u059").check()
    opened(page, f"{address}/others/?size=25")
    page.get_by_label("Select u056").check()
    assert ticked(page) == ["Select u056"]

    page.go_back()
    page.get_by_text("1 selected").first.wait_for()

    assert ticked(page) == ["Select u059"]


def test_left_out_rows_never_outgrow_the_address(page, address, people):
    opened(page, f"{address}/people/?q=u0&select=all&size=25")
    page.get_by_label("Select u059").uncheck()
    page.click("#page-after")
    page.wait_for_url("**except=**")
    page.evaluate("for (let n = 0; n < 400; n += 1) selection.leftOut.add(`1000${n}`)")
    page.click("#page-before")
    page.wait_for_url("**before=**")
    page.get_by_text("but 401").first.wait_for()
    assert len(page.url) < 500 and "except" not in page.url
    assert page.get_by_label("Select u059").is_checked() is False

    page.reload()
    page.locator("[data-left-out]", has_text="but 401").first.wait_for()
    assert page.get_by_label("Select u059").is_checked() is False
    page.get_by_label("Select u059").check()
    page.reload()

    page.get_by_text("but 400").first.wait_for()
    assert page.get_by_label("Select u059").is_checked() is True


def test_a_left_out_row_is_named_once_however_many_pages_are_turned(page, address, people):
    opened(page, f"{address}/people/?q=u0&select=all&size=25")
    page.get_by_label("Select u059").uncheck()
    for link in ("#page-after", "#page-before", "#page-after"):
        with page.expect_navigation():
            page.click(link)
        page.wait_for_selector("#total[data-total]")

    assert page.url.count("except=") == 1 and page.url.count("select=") == 1


@pytest.mark.parametrize("answer", [(414, "<h1>URI Too Long</h1>"), (200, "<p>Proxy</p>")])
def test_an_answer_without_the_list_is_a_notice_beside_it(page, address, answer):
    status, body = answer
    opened(page, f"{address}/people/")
    page.get_by_label("Select u059").check()
    page.route(
        "**/people/?**last_name=**",
        lambda route: route.fulfill(status=status, body=body, content_type="text/html"),
    )

    page.click(".facet a >> text=Adams")

    page.get_by_text(f"The server answered {status} where").wait_for()
    assert page.locator("[data-row]").count() == 50
    assert page.url == f"{address}/people/"
    page.click("#page-after")
    page.locator("[data-answer]").wait_for(state="detached")


def test_an_address_that_is_too_long_is_said_beside_the_list(page, address):
    # where the script that keeps long filters has not come
    page.route("**/kept*.js", lambda request: request.abort())
    opened(page, f"{address}/people/")

    page.keyboard.press("f")
    page.get_by_label("Text").fill("x" * 9_000)
    page.keyboard.press("Enter")

    page.get_by_text("This address is too long.").wait_for()
    assert page.locator("[data-row]").count() == 50
