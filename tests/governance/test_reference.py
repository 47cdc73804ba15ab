"""What a new database holds before anybody has worked in it."""

import re
from urllib.parse import parse_qsl, urlencode

import pytest
import yaml
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from governance.models import (
    ApprovalPolicy,
    ErrorCode,
    ErrorTable,
    Event,
    Hub,
    HubError,
    Playbook,
    SavedView,
    Schedule,
    Shipped,
)
from governance.queries.jobs import duetimes
from governance.reference import sync

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
    """The rights of a group; those over enrichment are given by that app."""
    rights = Group.objects.get(name=name).permissions.exclude(content_type__app_label="enrichment")
    return set(rights.values_list("codename", flat=True))


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


def test_five_policies_ask_for_a_second_person():
    found = {
        policy.name: (policy.subject, policy.verbs, policy.only_blocking, policy.over_rows)
        for policy in ApprovalPolicy.objects.filter(is_active=True)
    }

    assert found == {
        "ARCHIVE-BLOCKING": ("operation", ["archive"], True, 0),
        "BULK-ROWS": ("operation", [], False, 500),
        "LEGAL-HOLD": ("operation", ["lift_hold", "lift_archived_hold"], False, 0),
        "PLAYBOOK-RUN": ("playbook_run", [], False, 0),
        "TOOL-CALL": ("tool_call", [], False, 0),
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
        "stop_killswitch",
        "add_toolcall",
    }
    assert "release_killswitch" not in rights and "enforce_canonversion" not in rights
    assert "vote_approval" not in rights and "share_savedview" not in rights


def test_managers_may_do_what_nobody_else_may_and_import_hub_rows():
    more = granted("manager") - granted("triager")
    hub_rows = {one for one in more if one.startswith("import_")}

    assert more - hub_rows == {
        "vote_approval",
        "share_savedview",
        "issue_token",
        "purge_archivederror",
        "load_canonversion",
        "enforce_canonversion",
        "release_killswitch",
        "enforce_schedule",
        "stop_scheduledexport",
    }
    assert hub_rows == {
        "import_outreach",
        "import_companymaster",
        "import_companytarget",
        "import_dolfiling",
        "import_blogcontent",
        "import_bitscore",
        "import_person",
        "import_companyslot",
    }


def test_pipelines_write_errors_hub_rows_and_calls_and_act_on_none():
    rights = granted("pipeline") - granted("viewer")

    assert rights - granted("manager") == set()
    assert "add_huberror" in rights & granted("triager")
    own = {one for one in rights if not one.startswith("import_")}
    # they start what they import, and hold the right to nothing else that could be started
    assert own == {
        "add_askedcall",
        "add_checkreport",
        "add_huberror",
        "add_toolcall",
        "run_operation",
    }


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


def files(monkeypatch, tmp_path, **changed: object) -> None:
    """Ship these files in place of those of this version."""
    for path in sync.HERE.glob("*.yaml"):
        content = changed.get(path.stem, sync.read(path.stem))
        (tmp_path / path.name).write_text(yaml.safe_dump(content))
    monkeypatch.setattr(sync, "HERE", tmp_path)


def rows() -> dict[str, list[dict]]:
    models = (Hub, ErrorTable, ErrorCode, ApprovalPolicy, Playbook, SavedView, Shipped)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_a_second_sync_changes_nothing():
    before = rows(), {group.name: granted(group.name) for group in Group.objects.all()}

    sync.sync(using="default")

    assert (rows(), {group.name: granted(group.name) for group in Group.objects.all()}) == before


def test_what_people_edit_stays_as_they_left_it():
    ErrorCode.objects.filter(code="NO_MATCH").update(title="Mine", max_retries=9)
    ApprovalPolicy.objects.filter(name="BULK-ROWS").update(over_rows=7)
    SavedView.objects.filter(name="All open").update(name="Everything", is_default=False)
    before = rows()

    sync.sync(using="default")

    assert rows() == before


def test_what_people_remove_does_not_come_back():
    SavedView.objects.filter(name="No MX").delete()
    ErrorCode.objects.filter(code="NO_STATE").delete()
    Group.objects.filter(name="viewer").delete()

    sync.sync(using="default")

    assert not SavedView.objects.filter(name="No MX").exists()
    assert not ErrorCode.objects.filter(code="NO_STATE").exists()
    assert not Group.objects.filter(name="viewer").exists()


def test_what_is_new_in_a_version_is_added(monkeypatch, tmp_path):
    codes = [*sync.read("error_codes"), sync.read("error_codes")[0] | {"code": "NEW-CODE"}]
    views = [*sync.read("saved_views"), sync.read("saved_views")[0] | {"name": "New"}]
    files(monkeypatch, tmp_path, error_codes=codes, saved_views=views)

    sync.sync(using="default")

    assert ErrorCode.objects.get(code="NEW-CODE").hub_id == "HUB-COMPANY-TARGET"
    assert SavedView.objects.filter(page="governance:error-list", is_default=True).count() == 1
    assert SavedView.objects.get(name="New").position == len(views) - 1


def test_what_people_made_themselves_before_a_version_ships_it_is_theirs(monkeypatch, tmp_path):
    ErrorCode.objects.create(
        code="NEW-CODE", category="STRUCTURAL", severity="LOW", title="Ours", hint="Ours."
    )
    codes = [*sync.read("error_codes"), sync.read("error_codes")[0] | {"code": "NEW-CODE"}]
    files(monkeypatch, tmp_path, error_codes=codes)

    sync.sync(using="default")
    ErrorCode.objects.filter(code="NEW-CODE").delete()
    sync.sync(using="default")

    assert not ErrorCode.objects.filter(code="NEW-CODE").exists()


def test_a_right_that_is_new_in_the_file_reaches_its_groups(monkeypatch, tmp_path):
    groups = sync.read("groups")
    groups["triager"].append("governance.share_savedview")
    files(monkeypatch, tmp_path, groups=groups | {"auditor": ["viewer", "auth.view_user"]})

    sync.sync(using="default")

    assert "share_savedview" in granted("triager")
    assert granted("auditor") == granted("viewer") | {"view_user"}


def test_a_right_that_a_model_declares_anew_reaches_the_groups_whose_pattern_it_fits():
    kind = ContentType.objects.get(app_label="governance", model="huberror")
    Permission.objects.create(content_type=kind, codename="view_letters", name="x")
    Permission.objects.create(content_type=kind, codename="post_letters", name="x")

    sync.sync(using="default")

    assert all("view_letters" in granted(group.name) for group in Group.objects.all())
    assert not any("post_letters" in granted(group.name) for group in Group.objects.all())


def test_a_right_that_was_taken_away_does_not_come_back():
    triager = Group.objects.get(name="triager")
    triager.permissions.remove(Permission.objects.get(codename="park_huberror"))

    sync.sync(using="default")

    assert "park_huberror" not in granted("triager")
    assert "park_huberror" in granted("manager")


def test_views_of_another_app_are_given_once():
    rows = [{"page": "parts:part-list", "name": "Mine", "query": "a=1", "is_default": True}]
    sync.add_views(rows, using="default")
    view = SavedView.objects.get(page="parts:part-list")
    view.delete()

    sync.add_views(rows, using="default")

    assert view.is_shared and view.is_default
    assert not SavedView.objects.filter(page="parts:part-list").exists()


def test_schedules_of_another_app_are_given_once_and_due_at_once_where_they_say_so():
    rows = [
        {"job": "sweep", "every_minutes": 60, "at_once": True},
        {"job": "dust", "every_minutes": 60},
    ]
    sync.add_schedules(rows, using="default")
    sync.add_schedules(rows, using="default")

    sweep, dust = (Schedule.objects.get(job=job) for job in ("sweep", "dust"))
    now = timezone.now()
    assert duetimes.due([sweep], by=now, since=None) == duetimes.latest(sweep, now)
    assert duetimes.due([dust], by=dust.enforced_at, since=None) is None


def test_what_was_given_is_remembered_for_good(owner_cursor):
    owner_cursor.execute("SELECT count(*) FROM governance_shipped WHERE kind = 'rights'")
    (count,) = owner_cursor.fetchone()

    assert count == sum(group.permissions.count() for group in Group.objects.all())
    with pytest.raises(Exception, match="append-only"):
        owner_cursor.execute("DELETE FROM governance_shipped")
