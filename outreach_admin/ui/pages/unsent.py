"""A form that came too late: its session had ended, so nothing was done, and what was typed goes back to its page."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.core import signing
from django.http import HttpRequest, QueryDict

from outreach_admin.ui.pages import addresses, begun

KEY = "unsent"
SALT = "outreach.unsent"
KEPT_SECONDS = 12 * 3600
# characters of one value that are given back; what is longer was not typed
LONGEST = 5_000
MOST = 600_000
NOT_KEPT = ("csrfmiddlewaretoken", "next", KEY, begun.FIELD)


@dataclass(frozen=True)
class Unsent:
    """What was sent to `path` by a form on `page`, without passwords; `files` tells whether some came along.

    `owner` is the account that the form was shown to. What is of somebody else is dropped, and only that remains.
    """

    path: str
    page: str
    body: str
    files: bool = False
    owner: str = ""
    is_foreign: bool = False

    def given_to(self, user: Any) -> "Unsent":
        """Give it to whom it was shown; to anybody else only the fact that there was something."""
        if begun.is_of(self.owner, user):
            return self
        return replace(
            self,
            body="",
            files=False,
            is_foreign=True,
        )

    @property
    def data(self) -> QueryDict:
        """Read the fields."""
        return QueryDict(self.body)

    def typed(self) -> Iterator[tuple[str, str, str]]:
        """List each value as the field's name, its name in words, the value."""
        for name, values in self.data.lists():
            label = name.replace("_", " ").capitalize()
            for value in values:
                if value and len(value) <= LONGEST:
                    yield name, label, value


def of(request: HttpRequest) -> Unsent | None:
    """Take what was posted from a page of ours; None where it came from elsewhere, so that nobody else fills our forms."""
    page = addresses.page_of(request)
    if request.method != "POST" or not page:
        return None
    kept = QueryDict(mutable=True)
    for name, values in request.POST.lists():
        if name not in NOT_KEPT and "password" not in name:
            kept.setlist(name, values)
    body = kept.urlencode()
    return Unsent(
        request.path,
        page,
        body if len(body) <= MOST else "",
        files=bool(request.FILES),
        owner=begun.owner(request),
    )


def written(unsent: Unsent | None) -> str:
    """Write it as a signed text, for a form to carry."""
    return signing.dumps(asdict(unsent), salt=SALT, compress=True) if unsent else ""


def read(text: str) -> Unsent | None:
    """Read what `written` wrote; None for anything else, and for what is too old."""
    try:
        return Unsent(**signing.loads(text, salt=SALT, max_age=KEPT_SECONDS))
    except signing.BadSignature:
        return None


def keep(request: HttpRequest, unsent: Unsent) -> None:
    """Keep it in the person's session until the next page."""
    request.session[KEY] = asdict(unsent)


def waiting(request: HttpRequest) -> Unsent | None:
    """Take what waits for this page out of the session, once for all who ask during the request."""
    if not hasattr(request, "unsent"):
        session = getattr(request, "session", None)
        kept = session.pop(KEY, None) if session is not None and KEY in session else None
        request.unsent = Unsent(**kept) if kept else None  # type: ignore[attr-defined]
    found: Unsent | None = request.unsent  # type: ignore[attr-defined]
    return found
