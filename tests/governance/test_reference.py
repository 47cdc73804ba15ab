"""What a new database holds before anybody has worked in it."""

import re
from urllib.parse import parse_qsl, urlencode

import pytest
from django.contrib.auth.models import Group

from governance.models import (
    ApprovalPolicy,
    ErrorCode,
    ErrorTable,
    Event,
    Hub,
    HubError,
    Playbook,
    SavedView,
)

pytestmark = pytest.mark.django_db

CATEGORIES = {
    "STRUCTURAL": """CT-I-NOT-FOUND CT-I-NO-DOMAIN NO_MATCH NO_STATE EIN_FORMAT_INVALID PI-E101 no_pages_discovered invalid_domain
        redirect_loop BAD_DATA SCHEMA_MISMATCH""",
    "TRANSIENT": """CT-M-SMTP-FAIL CT-O-WRITE-FAIL SOURCE_UNAVAILABLE PI-E302 PI-E401 PI-E402 PI-E503 timeout base_url_timeout blocked
        RATE_LIMIT TIMEOUT API_ERROR""",
    "OPERATIONAL": """CT-I-ALREADY-PROCESSED CT-M-NO-MX CT-M-NO-PATTERN CT-M-VERIFY-FAIL EIN_UNRESOLVED MULTI_EIN_FOUND UPSTREAM_DATA_MISSING
        PI-E001 PI-E103 PI-E201 PI-E202 PI-E203 PI-E301 PI-E403 PI-E404 PI-E501 base_url_error dns_error VALIDATION_ERROR MISSING_DATA""",
}
VERBS = {
    "park",
    "unpark",
    "retry",
    "resolve",
    "archive",
    "restore",
    "ignore",
    "escalate",
    "assign",
    "set_ttl",
}


def granted(name: str) -> set[str]:
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


def test_the_seven_hubs_stand_in_waterfall_order():
    found = list(Hub.objects.values_list("id", "doctrine_id", "gates_completion"))

    assert found == [
        ("HUB-COMPANY-LIFECYCLE", "PARENT", True),
        ("HUB-COMPANY-TARGET", "04.04.01", True),
        ("HUB-DOL", "04.04.03", True),
        ("HUB-PEOPLE", "04.04.02", True),
        ("HUB-TALENT-FLOW", "04.04.06", True),
        ("HUB-BLOG-001", "04.04.05", False),
        ("HUB-OUTREACH", "04.04.04", False),
    ]


def test_each_error_table_has_the_policy_of_the_spec():
    columns = (
        "name",
        "blocks_promotion",
        "default_disposition",
        "ttl_tier",
        "max_retries",
        "entity_type",
        "retention",
    )
    found = [(*row[:-1], row[-1].days) for row in ErrorTable.objects.values_list(*columns)]

    assert found == [
        ("company.url_discovery_failures", False, "ARCHIVED", "LONG", 1, "url_error", 365),
        ("outreach.company_target_errors", True, "RETRY", "MEDIUM", 3, "ct_error", 365),
        ("outreach.dol_errors", True, "RETRY", "MEDIUM", 5, "dol_error", 365),
        ("people.people_errors", True, "RETRY", "MEDIUM", 3, "people_error", 365),
        ("public.shq_error_log", False, "IGNORE", "LONG", 3, "global_error", 730),
    ]


def test_only_blocking_tables_allow_parking():
    assert {
        table.name for table in ErrorTable.objects.all() if "PARKED" in table.allowed_dispositions
    } == {table.name for table in ErrorTable.objects.filter(blocks_promotion=True)}


def test_the_teams_of_hubs_and_tables_agree():
    for table in ErrorTable.objects.select_related("hub"):
        assert table.owner == (table.hub.team if table.hub else "Platform team")


def test_every_code_of_the_registry_is_there_under_its_category():
    found = {
        category: set(ErrorCode.objects.filter(category=category).values_list("code", flat=True))
        for category in CATEGORIES
    }

    assert found == {category: set(codes.split()) for category, codes in CATEGORIES.items()}


def test_codes_leave_ttl_and_retries_to_their_table_and_say_what_to_do():
    for code in ErrorCode.objects.all():
        assert code.ttl_tier is None and code.max_retries is None
        assert code.title and re.match(r".+\.$", code.hint)


def test_three_policies_ask_for_a_second_person():
    found = {
        policy.name: (policy.subject, policy.verbs, policy.only_blocking, policy.over_rows)
        for policy in ApprovalPolicy.objects.filter(is_active=True)
    }

    assert found == {
        "ARCHIVE-BLOCKING": ("operation", ["archive"], True, 0),
        "BULK-ROWS": ("operation", [], False, 500),
        "PLAYBOOK-RUN": ("playbook_run", [], False, 0),
    }


def test_the_cleanup_playbook_has_the_rules_of_the_seed_in_order():
    rules = Playbook.objects.get(slug="ops-backlog-cleanup").current.rules

    assert [
        (
            rule["error_table"],
            rule["codes"],
            rule["min_retries"],
            rule["max_retries"],
            rule["verb"],
            rule["parameters"],
        )
        for rule in rules
    ] == [
        (
            "outreach.dol_errors",
            ["NO_MATCH", "NO_STATE"],
            None,
            None,
            "park",
            {"reason": "STRUCTURAL_NO_DOL_MATCH"},
        ),
        (
            "outreach.company_target_errors",
            ["CT-M-NO-MX"],
            2,
            None,
            "park",
            {"reason": "NO_MX_AFTER_RETRIES"},
        ),
        ("outreach.company_target_errors", ["CT-M-NO-MX"], None, 1, "retry", {}),
        ("people.people_errors", [], 2, None, "park", {"reason": "RETRIES_EXHAUSTED"}),
        ("people.people_errors", [], None, 1, "retry", {}),
        (None, [], None, None, "reset", {}),
    ]


def test_triagers_may_do_every_verb_and_approve_nothing():
    rights = granted("triager")

    assert rights >= {f"{verb}_huberror" for verb in VERBS} | {
        "reset_companytarget",
        "run_operation",
        "run_playbook",
        "import_huberror",
    }
    assert "vote_approval" not in rights and "share_savedview" not in rights


def test_managers_may_also_approve_and_share_views():
    assert granted("manager") - granted("triager") == {"vote_approval", "share_savedview"}


def test_viewers_analysts_and_admins_act_on_no_error():
    deeds = {f"{verb}_huberror" for verb in VERBS} | {
        "reset_companytarget",
        "run_operation",
        "run_playbook",
        "vote_approval",
        "import_huberror",
    }

    assert all(codename.startswith("view_") for codename in granted("viewer"))
    assert granted("analyst") - granted("viewer") == {"export_huberror"}
    assert not granted("admin") & deeds
    assert granted("admin") >= {
        "change_approvalpolicy",
        "change_errorcode",
        "change_errortable",
        "add_user",
        "change_user",
    }


def test_everybody_may_see_everything_in_governance():
    views = {
        f"view_{model}"
        for model in (
            "huberror",
            "archivederror",
            "operation",
            "approval",
            "readiness",
            "event",
            "playbook",
            "report",
            "violation",
        )
    }

    for group in Group.objects.all():
        assert granted(group.name) >= views


def test_shared_views_are_canonical_and_name_real_codes_and_tables():
    views = SavedView.objects.filter(page="governance:error-list", is_shared=True)

    assert [view.name for view in views] == [
        "All open",
        "DOL no match",
        "DOL no state",
        "No MX",
        "One try left",
        "People slots",
    ]
    assert [view.name for view in views if view.is_default] == ["All open"]
    for view in views:
        pairs = parse_qsl(view.query, strict_parsing=True)
        assert urlencode(sorted(pairs)) == view.query
        assert {value for key, value in pairs if key == "code"} <= set(
            ErrorCode.objects.values_list("code", flat=True)
        )
        assert {value for key, value in pairs if key == "error_table"} <= set(
            ErrorTable.objects.values_list("name", flat=True)
        )


def test_reference_data_entered_the_history():
    assert (
        Event.objects.filter(subject_type="governance_errorcode", action="INSERT").count()
        == ErrorCode.objects.count()
        == 44
    )


def test_a_table_cannot_default_to_what_it_does_not_allow():
    table = ErrorTable.objects.get(name="public.shq_error_log")
    table.default_disposition = "PARKED"

    with pytest.raises(Exception, match="default_disposition_allowed"):
        table.save()


def test_there_are_no_errors_yet():
    assert not HubError.objects.exists()
