"""What the buttons of an entity's page send."""

from django import forms

from enrichment.keys import LONGEST
from enrichment.models import EntityType


class RunForm(forms.Form):
    """Of which workflow a run is wanted, and for whom."""

    entity_type = forms.ChoiceField(choices=EntityType.choices)
    key = forms.CharField(max_length=LONGEST)
    workflow = forms.CharField(max_length=255)
