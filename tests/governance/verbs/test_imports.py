"""The verb of imports: planned from a file alone."""

import pytest

from governance.models import HubError
from governance.services.operations import plans
from governance.verbs import registry
from governance.verbs.registry import VERBS
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def triager():
    return make.triager()


def test_a_verb_button_never_imports(triager):
    error = make.error()

    operation = plans.make("import", errors=[error], by=triager)

    assert operation.eligible == 0 and operation.refusals == {"errors are imported from a file": 1}


def test_a_sample_says_what_the_file_says_or_that_policies_decide():
    verb = VERBS["import"]

    assert verb.then(HubError(disposition="PARKED"), {}) == "PARKED"
    assert verb.then(HubError(disposition=""), {}) == "by policy"


def test_the_audit_trail_names_the_file():
    assert VERBS["import"].reason({"file": "errors.csv", "rows": 3}) == "errors.csv"
    assert VERBS["import"].reason({}) == ""


def test_no_list_and_no_rule_offers_it():
    assert VERBS["import"] not in registry.offered_for("error")
    assert VERBS["import"] not in registry.in_rules()
