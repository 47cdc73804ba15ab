"""What a standing approval asks."""

from governance.forms.archives import AgreeForm


def test_the_retention_that_was_read_is_sent_along():
    assert AgreeForm({"days": "30"}).is_valid()
    assert not AgreeForm({}).is_valid()
    assert not AgreeForm({"days": "-1"}).is_valid()
    assert AgreeForm.base_fields["days"].widget.is_hidden
