"""The browser of the test run reaches the served console."""


def test_a_page_is_served_to_a_real_browser(browser, site):
    page = browser.new_page()

    answer = page.goto(f"{site}/healthz/")

    assert answer.json()["parts"]["database"] == "ok"
    page.close()
