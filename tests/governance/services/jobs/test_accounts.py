"""Jobs act under accounts of their own, as which nobody signs in or votes."""

import pytest
from django.contrib.auth.models import Group

from governance import policies
from governance.exceptions import TokenRefused
from governance.services import tokens
from governance.services.jobs import accounts
from tests import make

pytestmark = pytest.mark.django_db


def test_a_job_has_one_account_with_the_rights_of_its_group():
    account = accounts.of("daily")

    assert accounts.of("daily") == account
    assert account.username == "job-daily"
    assert account.has_perm("governance.run_operation")
    assert not account.has_perm("governance.vote_approval")
    assert policies.is_pipeline(account)
    assert not account.check_password("!pipeline job")


def test_where_an_admin_deleted_the_group_a_job_may_nothing():
    Group.objects.filter(name="job").delete()

    assert not accounts.of("daily").has_perm("governance.run_operation")


def test_no_person_is_taken_for_a_job():
    assert make.triager().password != accounts.of("daily").password


def test_nobody_gets_a_token_for_the_account_of_a_job():
    accounts.of("daily")

    with pytest.raises(TokenRefused, match="account of a job"):
        tokens.make(name="mine", scopes=["triage"], by=make.manager(), pipeline="job-daily")
