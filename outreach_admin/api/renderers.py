"""Answers as JSON: numbers keep their digits, and none is too great to be written."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

from outreach_admin.db.jsonfields import MARK, MARKED

FOUND = re.compile(MARKED.pattern.encode())


class Encoder(JSONEncoder):
    """Marks decimals, which Python's writer of JSON knows no numbers of."""

    def default(self, obj: Any) -> Any:
        """Write what JSON has no form for; a power of ten stays one, or a short number would fill a page."""
        if isinstance(obj, Decimal):
            return f"{MARK}{obj}{MARK}" if obj.is_finite() else str(obj)
        return super().default(obj)


class JsonRenderer(JSONRenderer):
    """Writes answers; the framework's makes floats of decimals, and of great ones what JSON has not."""

    encoder_class = Encoder

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Write one answer."""
        said: bytes = super().render(data, accepted_media_type, renderer_context)
        return FOUND.sub(rb"\1", said) if MARK.encode() in said else said
