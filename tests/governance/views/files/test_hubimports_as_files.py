"""What files of hub rows give back: their own exports, rows and problems."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from governance.models import ImportFile
from governance.resources.hubexports import TABLES
from tests import make

pytestmark = pytest.mark.usefixtures("committed_db", "redis_server")


@pytest.fixture
def manager(client):
    user = make.manager()
    client.force_login(user)
    return user


def upload(client, url: str, content: str, **given) -> ImportFile:
    file = SimpleUploadedFile("rows.csv", content.encode())
    assert client.post(url, {"file": file, **given}).status_code == 302
    return ImportFile.objects.first()


def sent(client, url: str) -> str:
    return b"".join(client.get(url).streaming_content).decode()


def test_the_sovereign_id_is_on_no_page_and_in_no_file(client, manager):
    secret = str(uuid.uuid4())
    other = make.outreach(sovereign_id=secret)
    content = (
        f"outreach_id,sovereign_id,domain\n,{secret},a.example\n"
        f"{other.pk},{uuid.uuid4()},b.example\n{uuid.uuid4()},{secret}x,c.example\n"
    )
    file = upload(client, "/imports/outreach/", content)

    page = client.get(f"/imports/{file.pk}/").text
    rows = sent(client, f"/imports/{file.pk}/rows/")
    problems = sent(client, f"/imports/{file.pk}/problems/")
    export = sent(client, "/imports/outreach/export/?format=csv")

    assert "a.example" in page and "a.example" in rows
    assert "sovereign_id" in problems and other.domain in export
    assert not any(secret in one for one in (page, rows, problems, export))


def test_an_own_export_changes_nothing(client, manager):
    on = make.promotable(domain="")
    make.company(outreach=on, domain=None, company_name="=SUM(A1) 'quoted'")
    make.blog(outreach=on, context_summary="")
    make.bit_score(outreach=on, people_score="1.50")
    make.person(outreach=on, email=None)

    for verb in TABLES:
        url = f"/imports/{verb.subject}/"
        content = sent(client, f"{url}export/?format=csv")
        for clears in ({}, {"clears": "on"}):
            file = upload(client, url, content, **clears)
            assert (file.bad, file.compared["unchanged"]) == (0, file.rows), verb.table
            assert "that differ" not in client.get(f"/imports/{file.pk}/").text
            refused = client.post(f"/imports/{file.pk}/plan/")
            assert refused.status_code == 422 and "nothing to import" in refused.text
