"""A file is written while who asked for it may export, and held with the reason when not."""

from datetime import timedelta

import pytest

from governance.models import ExportFile
from governance.resources import exports as resources
from governance.services.files import drafts, exports
from tests import make

pytestmark = pytest.mark.usefixtures("committed_db", "redis_server")


def asked(by) -> ExportFile:
    return exports.request(subject="errors", filter="", rows=1, by=by)


@pytest.mark.parametrize(
    ("loss", "why"),
    [("account", "is switched off"), ("group", "no longer has the right to export")],
)
def test_the_file_of_who_may_no_longer_export_is_held_and_goes_on_when_they_may(loss, why):
    person = make.analyst()
    groups = list(person.groups.all())
    file = asked(person)
    make.lose(person, loss)

    resources.write_file(file.pk)
    file.refresh_from_db()
    assert (file.state, file.note) == ("held", f"Held: {person} {why}.")
    exports.take_up()
    file.refresh_from_db()
    assert file.state == "held"

    type(person).objects.filter(pk=person.pk).update(is_active=True)
    person.groups.set(groups)
    exports.take_up()
    resources.write_file(file.pk)
    file.refresh_from_db()
    assert (file.state, file.note) == ("ready", "")


def test_who_is_switched_off_while_it_is_written_gets_no_file(monkeypatch):
    person = make.analyst()
    make.error()
    file = asked(person)
    # every beat looks, as if a second had passed
    monkeypatch.setattr(exports, "timedelta", lambda **given: timedelta(0))
    stream = exports.streams.stream_lines

    def switched_off_meanwhile(*given, **named):
        make.lose(person, "account")
        return stream(*given, **named)

    monkeypatch.setattr(exports.streams, "stream_lines", switched_off_meanwhile)
    resources.write_file(file.pk)

    file.refresh_from_db()
    assert (file.state, file.path) == ("held", "")
    assert not list(drafts.folder().glob(f"{file.pk}.*.part"))
