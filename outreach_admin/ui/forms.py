"""Forms in the console's look: the renderer finds templates, the bound field adds classes."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

CHECKS = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)


class BoundField(forms.BoundField):
    """A field whose control carries the class of its part in static/css/form.css."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        """Add the class; Django has put the hint's and error's ids already."""
        control = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if "class" not in control.attrs:
            attrs.setdefault("class", "checkbox" if isinstance(control, CHECKS) else "input")
        return attrs

    @property
    def is_check(self) -> bool:
        """Tell whether the label follows the control, as with a single check box."""
        return isinstance(self.field.widget, forms.CheckboxInput)


class Renderer(TemplatesSetting):
    """Render forms with templates/ui/form.html and templates/ui/field.html (FORM_RENDERER)."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
    bound_field_class = BoundField
