"""The console's own settings, with an app beside governance as another team would add one."""

from outreach_admin.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.parts.apps.PartsConfig"]  # noqa: F405
# what the audit reads where a test names no other
INGEST_TREE = BASE_DIR / "enrichment" / "demo"  # noqa: F405
