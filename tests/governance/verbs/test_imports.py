"""The verb of imports: planned from a file alone."""

import pytest

from governance.services.operations import plans
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def triager():
    return make.triager()


def test_a_verb_button_never_imports(triager):
    error = make.error()

    operation = plans.make("import", errors=[error], by=triager)

    assert operation.eligible == 0 and operation.refusals == {"errors are imported from a file": 1}
