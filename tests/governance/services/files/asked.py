"""Files of tests: asked for, and written as a worker would."""

from governance.models import ExportFile
from governance.resources import exports as resources
from governance.services.files import exports
from tests import make


def asked(**given) -> ExportFile:
    wanted = {
        "subject": "errors",
        "filter": "",
        "rows": 1,
        "by": given.pop("by", None) or make.analyst(),
    }
    return exports.request(**wanted | given)


def written(file: ExportFile) -> ExportFile:
    resources.write_file(file.pk)
    file.refresh_from_db()
    return file
