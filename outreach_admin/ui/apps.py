"""The look of the console as a Django app: templates' tags, tables, list pages."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Make the template tags loadable with `{% load ui %}`."""

    name = "outreach_admin.ui"
    label = "ui"
