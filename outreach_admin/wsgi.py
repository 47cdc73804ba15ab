"""The web application; it keeps a pool of database connections for its threads."""

import os

from django.core.wsgi import get_wsgi_application

from outreach_admin.web import contenttypes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "outreach_admin.settings")
os.environ.setdefault("DATABASE_POOL", "10")

application = contenttypes.reading(get_wsgi_application())
