"""Whether there is room for what the console writes by itself."""

import shutil
import tempfile
from pathlib import Path

from django.conf import settings

LEAST_MEGABYTES = 64


def room_problem() -> str:
    """Say where less than 64 MB are left; empty when there is room."""
    folders = {"the data folder": settings.DATA_DIR, "TMPDIR": Path(tempfile.gettempdir())}
    for name, folder in folders.items():
        free = shutil.disk_usage(folder).free // 1024**2
        if free < LEAST_MEGABYTES:
            return f"no room: {free} MB are left for {name}"
    return ""
