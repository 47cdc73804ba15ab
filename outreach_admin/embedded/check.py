"""Run by `make setup`: says in one sentence what the machine lacks for local servers."""

import os
import sys

from outreach_admin.embedded.redis import find_server

if __name__ == "__main__" and not os.environ.get("REDIS_URL") and find_server() is None:
    sys.exit(
        "No Redis found: install redis-server or valkey-server with the system's package manager, or set REDIS_URL."
    )
