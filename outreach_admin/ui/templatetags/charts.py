"""Charts on pages: `{% load charts %}`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from outreach_admin.ui.charts import drawing
from outreach_admin.ui.charts.marks import Chart

register = template.Library()


@register.simple_tag
def chart_svg(chart: Chart) -> SafeString:
    """Draw a chart whose marks lead to their rows."""
    return drawing.draw(chart)


@register.simple_tag
def swatch(fill: str) -> SafeString:
    """Draw the colour of a series beside its name."""
    return format_html(
        '<svg aria-hidden="true"><rect class="fill-{}" width="100%" height="100%"/></svg>',
        fill,
    )
