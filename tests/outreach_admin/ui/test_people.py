"""People in words."""

from django.contrib.auth import get_user_model

from outreach_admin.ui import people


def test_a_user_is_named_in_full_with_the_account_in_the_title():
    assert (
        people.person(get_user_model()(username="ops", first_name="Nadia", last_name="Okafor"))
        == '<span title="ops">Nadia Okafor</span>'
    )


def test_an_account_without_a_name_stands_for_itself():
    assert people.person(get_user_model()(username="ops")) == "ops"
    assert people.person("system", {"ops": "Nadia Okafor"}) == "system"


def test_a_hostile_account_is_shown_as_text():
    assert people.person("<b>\u202e", {}) == "&lt;b&gt;⟨right-to-left override⟩"
