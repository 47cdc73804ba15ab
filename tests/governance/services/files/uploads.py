"""Files of errors that were checked."""

import io
import uuid

from governance.models import ImportFile
from governance.resources import errors
from tests import make


def checked(by, count: int = 2, *, extra: str = "") -> ImportFile:
    rows = "".join(
        f"{uuid.uuid4()},{make.DOL},NO_MATCH,No filing {n},2026-01-05T10:00:00Z\n"
        for n in range(count)
    )
    return errors.check(
        io.BytesIO(f"error_id,error_table,code,message,created_at\n{rows}{extra}".encode()),
        name="errors.csv",
        by=by,
    )


BAD = f"x,{make.DOL},NO_MATCH,,\n"
