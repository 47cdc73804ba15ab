"""What the database takes for a key: it refuses what is obviously in no one form."""

import pytest
from django.db import IntegrityError, connection

from enrichment.models import State
from tests import make, owner

pytestmark = pytest.mark.django_db
WRONG = (
    "",
    "IronClad.com",
    "iron clad.com",
    "ironclad.com\n",
    "müller.example",
    "https://ironclad.com",
    "www.ironclad.com",
)
RIGHT = (
    "ironclad.com",
    "www.com",
    "xn--mller-kva.example",
    "linkedin.com/in/j%c3%bcrgen",
    "salesnav:00ff",
)


@pytest.mark.parametrize("key", WRONG)
def test_a_run_under_a_key_in_another_form_is_refused(key):
    with pytest.raises(IntegrityError, match="run_key_is_normalised"):
        make.run(entity_key=key)


@pytest.mark.parametrize("key", WRONG)
def test_a_state_under_a_key_in_another_form_is_refused(key):
    # no state is given another key at all, where that trigger stands
    owner.runs("ALTER TABLE enrichment_state DISABLE TRIGGER b_keeps_key")
    make.run(entity_key="ironclad.com")

    with pytest.raises(IntegrityError, match="state_key_is_normalised"), connection.cursor() as sql:
        sql.execute("UPDATE enrichment_state SET entity_key = %s", [key])


@pytest.mark.parametrize("key", RIGHT)
def test_a_run_under_a_key_in_its_one_form_has_a_state(key):
    make.run(entity_key=key)

    assert State.objects.get().entity_key == key
