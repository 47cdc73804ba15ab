"""The smallest valid rows: `make.error(disposition="PARKED")`; keywords carry what matters, the rest is filled in."""

import itertools
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models import Func, Value
from django.utils import timezone

from enrichment.models import Entity, Run, Workflow
from enrichment.models.runs import OPEN
from governance.models import (
    ApprovalPolicy,
    ArchivedError,
    BitScore,
    BlogContent,
    CompanyMaster,
    CompanySlot,
    CompanyTarget,
    DolFiling,
    ErrorTable,
    HubError,
    Operation,
    Outreach,
    Person,
    Playbook,
    PlaybookVersion,
    SavedView,
    ScheduledExport,
    Token,
    Violation,
    ViolationCase,
)
from governance.services import tokens
from governance.services.operations import numbers
from governance.toolbox.codes import CODES as CODES_OF_THE_CANON

DOL, CT, PEOPLE, URL, LOG = (
    "outreach.dol_errors",
    "outreach.company_target_errors",
    "people.people_errors",
    "company.url_discovery_failures",
    "public.shq_error_log",
)
CODES = {DOL: "NO_MATCH", CT: "CT-M-NO-MX", PEOPLE: "PI-E001", URL: "dns_error", LOG: "API_ERROR"}
MESSAGES = {
    DOL: 'No federal filing matches "{domain}" in "OH"',
    CT: "{domain} has no mail server",
    PEOPLE: 'Slot "CEO" has no resolvable outreach id',
    URL: "No address record for {domain}",
    LOG: "A service answered with an error",
}
SLOTS = ("CEO", "CFO", "HR")
number = itertools.count(1)


def outreach(**given: Any) -> Outreach:
    """An id of the spine, with nothing at any hub."""
    at = given.pop("created_at", None) or timezone.now()
    wanted = {
        "sovereign_id": f"00000000-0000-4000-8000-{next(number):012d}",
        "domain": f"company{next(number)}.example",
        "created_at": at,
        "updated_at": at,
    }
    return Outreach.objects.create(**wanted | given)


def company(**given: Any) -> CompanyMaster:
    """A company under its own name, on an outreach id of its own unless one is given."""
    n = next(number)
    on = given.pop("outreach") if "outreach" in given else outreach()
    wanted = {
        "company_unique_id": f"CO-TEST-{n}",
        "company_name": f"Company {n}",
        "outreach": on,
        "address_state": "OH",
    }
    return CompanyMaster.objects.create(**wanted | given)


def target(status: str = "failed", **given: Any) -> CompanyTarget:
    """A company target; `ready` fills what makes it done."""
    on = given.pop("outreach", None) or outreach()
    wanted: dict[str, Any] = {"outreach": on, "execution_status": status}
    if status == "ready":
        wanted |= {
            "email_method": "first.last",
            "method_type": "MX_ONLY",
            "confidence_score": "0.70",
        }
    if status in ("ready", "failed"):
        wanted["imo_completed_at"] = timezone.now()
    return CompanyTarget.objects.create(**wanted | given)


def filing(**given: Any) -> DolFiling:
    """A filing that makes its id DOL done."""
    on = given.pop("outreach", None) or outreach()
    return DolFiling.objects.create(
        **{"outreach": on, "ein": f"12-{next(number):07d}", "filing_present": True} | given
    )


def slots(filled: int = 3, **given: Any) -> list[CompanySlot]:
    """The three slots of an id, the first ones filled."""
    on = given.pop("outreach", None) or outreach()
    return [
        CompanySlot.objects.create(outreach=on, slot_type=name, is_filled=n < filled, **given)
        for n, name in enumerate(SLOTS)
    ]


def person(**given: Any) -> Person:
    """Somebody with a verified address."""
    on = given.pop("outreach", None) or outreach()
    return Person.objects.create(
        **{
            "outreach": on,
            "email": f"person{next(number)}@{on.domain}",
            "email_verified": True,
            "slot_type": "CEO",
        }
        | given
    )


def blog(**given: Any) -> BlogContent:
    """Something read about a company."""
    on = given.pop("outreach", None) or outreach()
    return BlogContent.objects.create(
        **{"outreach": on, "context_summary": "Opens a second site."} | given
    )


def bit_score(**given: Any) -> BitScore:
    """A score with signals."""
    on = given.pop("outreach", None) or outreach()
    return BitScore.objects.create(**{"outreach": on, "score": 50, "signal_count": 2} | given)


def promotable(**given: Any) -> Outreach:
    """An id with company target, DOL and people done, and nothing in its way."""
    on = outreach(**given)
    target("ready", outreach=on)
    filing(outreach=on)
    slots(3, outreach=on)
    return on


def error(table: str = CT, **given: Any) -> HubError:
    """A live error, filed by the database; a disposition brings the facts it is paired with.

    It stands on an outreach id of its own unless `outreach` is given (None for none).
    """
    found = HubError.objects.create(**error_columns(table, **given))
    found.refresh_from_db()
    return found


def errors(count: int, table: str = CT, **given: Any) -> list[HubError]:
    """That many live errors in one statement, each on an outreach id of its own unless one is given."""
    if "outreach" not in given:
        at = timezone.now()
        spine = [
            Outreach(
                sovereign_id=f"00000000-0000-4000-8000-{n:012d}",
                domain=f"company{n}.example",
                created_at=at,
                updated_at=at,
            )
            for n in range(count)
        ]
        owners: list[Outreach | None] = list(Outreach.objects.bulk_create(spine))
    else:
        owners = [given.pop("outreach")] * count
    made = HubError.objects.bulk_create(
        HubError(**error_columns(table, outreach=owner, **given)) for owner in owners
    )
    return list(HubError.objects.filter(pk__in=[row.pk for row in made]).order_by("pk"))


def error_columns(table: str, **given: Any) -> dict[str, Any]:
    """The columns an error needs beside those that the database files."""
    on = given.pop("outreach") if "outreach" in given else outreach()
    domain = on.domain if on else "nobody.example"
    wanted: dict[str, Any] = {
        "error_table_id": table,
        "outreach": on,
        "domain": domain,
        "code": CODES[table],
        "message": MESSAGES[table].format(domain=domain),
    }
    # left to the database, which files every error by its table and code
    wanted |= {"blocks": None, "max_retries": None, "expires_at": None}
    return wanted | paired_facts(given.get("disposition", "")) | given


def paired_facts(disposition: str) -> dict[str, Any]:
    """What a row in that disposition must also say."""
    if disposition == "PARKED":
        return {"parked_at": timezone.now(), "parked_by": "system", "park_reason": "DATA_QUALITY"}
    if disposition == "RESOLVED":
        return {"resolved_at": timezone.now()}
    return {}


def violation(code: str = "V-GATE-001", **given: Any) -> ViolationCase:
    """A violation of the tool canon as its case, about a company of its own unless `outreach` is given (None for none)."""
    on = given.pop("outreach") if "outreach" in given else outreach()
    known = CODES_OF_THE_CANON[code]
    wanted: dict[str, Any] = {
        "code": code,
        "tool_id": "TOOL-008",
        "tool": "hunter-enricher",
        "hub_id": "HUB-COMPANY-TARGET",
        "outreach": on,
        "entity": on.domain if on else "",
        "severity": known.severity.value,
        "disposition": known.disposition.value,
        "message": f"{known.meaning}.",
        "actor": "pipeline",
        "channel": "api",
    }
    return Violation.objects.create(**wanted | given).case


def archived(
    table: str = CT, *, archived_at: datetime | None = None, **given: Any
) -> ArchivedError:
    """An error in the archive, as `MANUAL` and with a year to stay unless said otherwise."""
    on = given.pop("outreach") if "outreach" in given else outreach()
    policy = ErrorTable.objects.get(pk=table)
    at = archived_at or timezone.now()
    wanted: dict[str, Any] = {
        "error_table": policy,
        "outreach": on,
        "domain": on.domain if on else None,
        "code": CODES[table],
        "disposition": "ARCHIVED",
    }
    wanted |= {
        "severity": "MEDIUM",
        "category": "OPERATIONAL",
        "blocks": policy.blocks_promotion,
        "max_retries": policy.max_retries,
        "owner": policy.owner,
    }
    wanted |= {
        "ttl_tier": policy.ttl_tier,
        "created_at": at,
        "updated_at": at,
        "expires_at": at + timedelta(days=30),
    }
    wanted |= {
        "archived_at": at,
        "archived_by": "system",
        "archive_reason": "MANUAL",
        "final_disposition": "RETRY",
    }
    wanted |= {"retention_expires_at": at + policy.retention}
    wanted |= given
    message = Value(wanted.get("message", ""))
    wanted.setdefault("message_key", Func(message, function="governance.message_key"))
    found = ArchivedError.objects.create(**wanted)
    found.refresh_from_db()
    return found


def user(group: str | None = None, **given: Any) -> Any:
    """Somebody, in a group if one is named; without `password` nobody can sign in as him."""
    name = given.pop("username", None) or f"{group or 'person'}{next(number)}"
    made = get_user_model().objects.create_user(name, **given)
    if group:
        made.groups.add(Group.objects.get(name=group))
    return made


def triager(**given: Any) -> Any:
    """Somebody who works on errors."""
    return user("triager", **given)


def manager(**given: Any) -> Any:
    """Somebody who may approve."""
    return user("manager", **given)


def analyst(**given: Any) -> Any:
    """Somebody who reads and exports."""
    return user("analyst", **given)


def admin(**given: Any) -> Any:
    """Somebody who keeps policies and users."""
    return user("admin", **{"is_staff": True} | given)


def viewer(**given: Any) -> Any:
    """Somebody who only looks."""
    return user("viewer", **given)


def superuser(**given: Any) -> Any:
    """Somebody whom no permission stops."""
    return user(**{"is_superuser": True, "is_staff": True} | given)


def token(**given: Any) -> tuple[Token, str]:
    """A token with its secret: of somebody's own, or of a pipeline where one is named."""
    wanted: dict[str, Any] = {"name": f"Token {next(number)}", "scopes": ["read"]}
    if "pipeline" in given:
        wanted["by"] = manager()
    else:
        owner = given.get("account") or triager()
        wanted |= {"account": owner, "by": owner}
    return tokens.make(**wanted | given)


def ending(found: Token, *, days: int) -> Token:
    """The same token, as if it had been made so that it ends in so many days; before today where negative."""
    end = timezone.now() + timedelta(days=days)
    Token.objects.filter(pk=found.pk).update(
        created_at=end - timedelta(days=90),
        expires_at=end,
    )
    found.refresh_from_db()
    return found


def lose(person: Any, what: str) -> None:
    """Take somebody's rights (`group`) or switch him off (`account`); whoever holds him in memory sees it."""
    if what == "group":
        person.groups.clear()
    else:
        person.is_active = False
        person.save(update_fields=["is_active"])
    # rights are kept on the object for its life
    for cache in ("_perm_cache", "_user_perm_cache", "_group_perm_cache"):
        person.__dict__.pop(cache, None)


def policy(**given: Any) -> ApprovalPolicy:
    """An approval policy that asks for one other person."""
    return ApprovalPolicy.objects.create(
        **{"name": f"POLICY-{next(number)}", "description": "Guards something."} | given
    )


def operation(**given: Any) -> Operation:
    """A bare planned operation without rows, for what surrounds operations; services make real ones."""
    now = timezone.now()
    wanted: dict[str, Any] = {
        "verb": "park",
        "subject": "error",
        "filter": "code=CT-M-NO-MX",
        "scope": "all",
        "plan_hash": f"{next(number):064x}",
    }
    wanted |= {"as_of": now, "expires_at": now + timedelta(hours=72)}
    wanted["requester"] = given.pop("requester", None) or triager()
    key = numbers.key()
    found = Operation.objects.create(**wanted | given, pk=-key, plan_key=key)
    numbers.give(found)
    return found


def playbook(rules: list[dict[str, Any]], **given: Any) -> PlaybookVersion:
    """A playbook whose first version has these rules."""
    n = next(number)
    book = Playbook.objects.create(**{"slug": f"playbook-{n}", "name": f"Playbook {n}"} | given)
    return PlaybookVersion.objects.create(playbook=book, number=1, rules=rules)


def view(**given: Any) -> SavedView:
    """A saved view of the error list."""
    return SavedView.objects.create(
        **{
            "page": "governance:error-list",
            "name": f"View {next(number)}",
            "query": "code=NO_MATCH",
        }
        | given
    )


def scheduled_export(**given: Any) -> ScheduledExport:
    """A scheduled export of errors at 06:00 UTC, from now on, of an analyst unless `owner` is given."""
    return ScheduledExport.objects.create(
        **{
            "name": f"Export {next(number)}",
            "owner": given.get("owner") or analyst(),
            "subject": "errors",
            "at": time(6),
            "due_since": timezone.now(),
        }
        | given
    )


def give(person: Any, *rights: str) -> None:
    """Give somebody rights by the names of their codes; whoever holds him in memory sees it."""
    person.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    for cache in ("_perm_cache", "_user_perm_cache", "_group_perm_cache"):
        person.__dict__.pop(cache, None)


def workflow(**given: Any) -> Workflow:
    """A workflow over companies."""
    return Workflow.objects.create(
        **{"workflow_name": f"workflow_{next(number)}", "key_type": "company"} | given
    )


def run(status: str = "completed", **given: Any) -> Run:
    """A run of a workflow of its own for a company of its own, unless they are given."""
    now = timezone.now()
    on = given.pop("workflow", None) or workflow()
    wanted: dict[str, Any] = {
        "workflow": on,
        "entity_type": on.key_type,
        "entity_key": f"company{next(number)}.example",
        "status": status,
        "ran_at": now,
        "started_at": now,
    }
    if status not in OPEN:
        wanted["completed_at"] = now
    return Run.objects.create(**wanted | given)


def entity(key: str = "", entity_type: str = "company", **given: Any) -> Entity:
    """A company or person that nothing has run for yet."""
    return Entity.objects.create(
        entity_type=entity_type,
        entity_key=key or f"quiet{next(number)}.example",
        **given,
    )
