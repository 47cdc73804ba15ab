"""Pages as one reads them: without the line breaks of their templates."""

import re


def tight(html: str) -> str:
    """The same HTML on one line: no space where a line ended beside a tag, one where it did not."""
    beside_tags = re.sub(r"\s*\n\s*(?=[<>])|(?<=>)\s*\n\s*", "", html)
    return re.sub(r"\s*\n\s*", " ", beside_tags)
