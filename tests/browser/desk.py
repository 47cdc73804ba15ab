"""Somebody at a screen: a browser context of his own, signed in, with everything the browser complained about."""

import contextlib
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, Page

from governance.demo.signins import PEOPLE

PASSWORDS = {person.username: person.password for person in PEOPLE}
PATIENCE_MS = 20_000


class Desk:
    """One person's window of the console."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.complaints: list[str] = []
        page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text) if message.type == "error" else None
            ),
        )
        page.on("pageerror", lambda problem: self.complaints.append(str(problem)))

    def sign_in(self, name: str) -> None:
        """Sign in by the form, on the way to the queue."""
        self.page.goto(f"{self.site}/sign-in/?next=/errors/")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", PASSWORDS[name])
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)

    def go(self, *labels: str) -> None:
        """Follow entries of the navigation."""
        for label in labels:
            self.page.get_by_role("navigation", name="Main").get_by_role("link", name=label).click()

    def press(self, label: str) -> None:
        """Press the button with that label."""
        self.page.get_by_role("button", name=label).click()

    def sees(self, *texts: str) -> None:
        """Wait until each text is on the page."""
        for text in texts:
            self.page.get_by_text(text).first.wait_for()

    def figure(self, name: str) -> int:
        """Read a figure of a progress or result page by its label."""
        text = (
            self.page.locator(".stat", has=self.page.locator("dt", has_text=name))
            .locator("dd")
            .first.inner_text()
        )
        return int(text.replace(",", ""))


@contextlib.contextmanager
def seated(browser: Browser, site: str, name: str, **options: Any) -> Iterator[Desk]:
    """Seat somebody, signed in, in front of a window of his own."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    try:
        desk = Desk(context.new_page(), site)
        desk.sign_in(name)
        yield desk
    finally:
        context.close()
