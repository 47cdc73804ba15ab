"""What nobody sees in foreign text is shown by picture or name."""

import pytest
from django.utils.html import format_html
from django.utils.safestring import SafeData

from outreach_admin.ui import texts


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("a\u202eb", "a⟨right-to-left override⟩b"),
        ("a\u200bb", "a⟨zero width space⟩b"),
        ("\x7f\x85", "␡⟨u+0085⟩"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("שלום, José", "שלום, José"),
    ],
)
def test_a_text_shows_what_it_hides_and_keeps_its_lines(text, shown):
    assert texts.visible(text) == shown


def test_a_word_has_one_line():
    assert texts.word("NO\nMATCH\t") == "NO␊MATCH␉"


def test_markup_stays_markup_and_text_stays_text():
    link = texts.visible(format_html('<a href="/x">{}</a>', "a\u202eb"))

    assert isinstance(link, SafeData)
    assert not isinstance(texts.visible("<b>"), SafeData)
