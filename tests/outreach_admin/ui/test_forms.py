"""A field is joined with its hint and its error."""

from django import forms

from outreach_admin.ui.forms import Renderer


class Ask(forms.Form):
    reason = forms.CharField(help_text="Kept on every row.")
    sure = forms.BooleanField(label="I am sure")
    note = forms.CharField(required=False, widget=forms.Textarea)


def drawn(data=None) -> str:
    return Ask(data, renderer=Renderer()).render()


def test_a_hint_describes_its_field():
    text = drawn()

    assert 'aria-describedby="id_reason_helptext"' in text
    assert '<div class="hint" id="id_reason_helptext">Kept on every row.</div>' in text


def test_an_error_describes_its_field_and_marks_it():
    text = drawn({"sure": "on"})

    assert 'aria-describedby="id_reason_helptext id_reason_error"' in text
    assert 'aria-invalid="true"' in text
    assert 'id="id_reason_error"' in text


def test_a_control_carries_the_class_of_its_part():
    text = drawn()

    assert 'class="input"' in text
    assert 'class="checkbox"' in text


def test_what_may_be_left_empty_says_so():
    assert drawn().count('<span class="optional">optional</span>') == 1
