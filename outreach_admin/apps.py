"""The project itself as an app: its commands and its templates."""

from django.apps import AppConfig


class OutreachAdminConfig(AppConfig):
    name = "outreach_admin"
    verbose_name = "Outreach Ops"
