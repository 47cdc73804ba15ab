"""The console's settings with the addresses of the people list."""

from outreach_admin import settings as console

globals().update({name: getattr(console, name) for name in dir(console) if name.isupper()})
ROOT_URLCONF = "tests.outreach_admin.ui.people"
