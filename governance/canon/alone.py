"""Lets a program that is no part of the console ask the guard: its import makes Django ready where nobody has."""

import os

import django
from django.conf import settings

SETTINGS = "outreach_admin.settings"

if not settings.configured:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()
