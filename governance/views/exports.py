"""Files that go out."""

from django.http import StreamingHttpResponse

from governance.services import exports

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def download(stream: exports.Stream) -> StreamingHttpResponse:
    """Send an export as it is made; its headers state filter, moment and count."""
    response = StreamingHttpResponse(stream.blocks, content_type=CONTENT_TYPES[stream.format], headers=stream.headers)
    response["Content-Disposition"] = f'attachment; filename="{stream.filename}"'
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response
