"""Files of errors that are checked, and the problems that are found in them."""

import csv
import io

from governance.models import ImportFile
from governance.resources import errors
from tests import make

GOOD = {"error_table": make.DOL, "code": "NO_MATCH"}


def written(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def checked(*rows: dict[str, str], **given) -> ImportFile:
    return errors.check(
        io.BytesIO(written(*rows)),
        name="errors.csv",
        by=given.pop("by", None) or make.triager(),
        **given,
    )


def problems(*rows: dict[str, str], **given) -> list[tuple[int, str, str, str]]:
    file = checked(*rows, **given)
    staged = (
        file.staged.filter(problems__isnull=False)
        .order_by("number")
        .values_list("number", "problems")
    )
    return [
        (number, problem["column"], problem["value"], problem["problem"])
        for number, found in staged
        for problem in found
    ]
