"""A named limit for each column whose type is wider than what pages, indexes and files bear."""

from collections.abc import Iterator

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.migrations.state import ProjectState

# characters, by model
LETTERS = [
    ("approvalpolicy", 255, "subject"),
    ("approvalpolicy", 10_000, "description"),
    ("approval", 255, "plan_hash state"),
    ("approval", 10_000, "note"),
    ("approvalvote", 255, "decision plan_hash channel"),
    ("approvalvote", 10_000, "comment"),
    ("approvalcomment", 10_000, "body"),
    ("hub", 255, "id name doctrine_id team"),
    ("outreach", 255, "domain ein"),
    (
        "companymaster",
        255,
        "company_unique_id company_name domain email_pattern address_state source_system",
    ),
    ("companytarget", 255, "company_unique_id email_method method_type execution_status"),
    ("dolfiling", 255, "ein funding_type broker_or_advisor carrier"),
    ("blogcontent", 255, "source_type"),
    ("blogcontent", 10_000, "source_url"),
    ("blogcontent", 2_000_000, "context_summary"),
    ("bitscore", 255, "score_tier"),
    ("person", 255, "email contact_status slot_type"),
    ("companyslot", 255, "slot_type person_unique_id"),
    ("errortable", 255, "name entity_type owner default_disposition ttl_tier archive_name"),
    ("errorcode", 255, "code stage category severity ttl_tier"),
    ("errorcode", 10_000, "title hint"),
    (
        "huberror",
        255,
        (
            "company_unique_id domain code stage severity category disposition ttl_tier owner "
            "parked_by park_reason"
        ),
    ),
    ("huberror", 10_000, "resolution_note"),
    ("huberror", 2_000_000, "message"),
    (
        "archivederror",
        255,
        (
            "company_unique_id domain code stage severity category disposition ttl_tier owner "
            "parked_by park_reason archived_by archive_reason final_disposition"
        ),
    ),
    ("archivederror", 10_000, "resolution_note"),
    ("archivederror", 2_000_000, "message"),
    ("violation", 255, "code tool_id hub_id severity disposition actor channel"),
    ("violation", 10_000, "message"),
    ("demoload", 255, "scenario"),
    ("event", 255, "db_user action subject_type subject_key actor channel request_id"),
    ("event", 10_000, "reason"),
    ("exportfile", 255, "subject format state"),
    ("exportfile", 10_000, "note path"),
    ("exportfile", 2_000_000, "filter"),
    ("importfile", 255, "digest state"),
    ("importfile", 10_000, "name"),
    ("operation", 255, "kind verb subject scope plan_hash state channel os_user gate cursor"),
    ("operation", 10_000, "state_note note"),
    ("operation", 2_000_000, "filter"),
    ("operationitem", 255, "subject_id outcome"),
    ("operationitem", 10_000, "reason"),
    ("operationchunk", 255, "worker"),
    ("operationstep", 255, "kind actor"),
    ("operationstep", 10_000, "note"),
    ("playbook", 255, "name"),
    ("playbook", 10_000, "description"),
    ("playbookversion", 10_000, "note"),
    ("playbookrun", 255, "state channel os_user gate plan_hash"),
    ("playbookrun", 10_000, "state_note note"),
    ("savedview", 255, "page name"),
    ("savedview", 10_000, "query"),
    ("shipped", 255, "kind key"),
]
MOMENTS = {
    "approval": "requested_at expires_at decided_at used_at",
    "approvalvote": "at",
    "approvalcomment": "at",
    "outreach": "created_at updated_at",
    "companytarget": "imo_completed_at",
    "blogcontent": "context_timestamp",
    "huberror": (
        "last_retry_at next_retry_at expires_at parked_at escalated_at resolved_at created_at "
        "updated_at"
    ),
    "archivederror": (
        "last_retry_at next_retry_at expires_at parked_at escalated_at resolved_at created_at "
        "updated_at archived_at retention_expires_at"
    ),
    "violation": "at",
    "demoload": "loaded_at",
    "event": "at",
    "exportfile": "as_of heartbeat_at created_at finished_at",
    "importfile": "created_at",
    "operation": "as_of created_at expires_at started_at heartbeat_at finished_at",
    "operationchunk": "committed_at",
    "operationstep": "at",
    "playbookversion": "created_at",
    "playbookrun": "as_of created_at expires_at started_at finished_at",
    "report": "created_at",
    "shipped": "at",
}
SPANS = {
    "errortable": "retention",
    "demoload": "shift",
}
FINITE = {
    "companytarget": "confidence_score",
    "bitscore": "score people_score dol_score blog_score talent_flow_score",
    "companyslot": "confidence_score",
    "operation": "busy_seconds",
    "operationchunk": "seconds",
}
# kind, bytes, levels
DOCUMENTS = [
    ("approval", "policy", "object", 1_000_000, 32),
    ("huberror", "details", "object", 250_000, 32),
    ("archivederror", "details", "object", 250_000, 32),
    ("violation", "context", "object", 1_000_000, 32),
    ("importrow", "data", "object", 20_000_000, 33),
    ("importrow", "problems", "array", 1_000_000, 32),
    ("operation", "parameters", "object", 1_000_000, 32),
    ("operation", "refusals", "object", 1_000_000, 32),
    ("operation", "effect", "object", 1_000_000, 32),
    ("playbookversion", "rules", "array", 1_000_000, 32),
    ("playbookrun", "before", "object", 1_000_000, 32),
    ("playbookrun", "after", "object", 1_000_000, 32),
    ("report", "body", "object", 10_000_000, 32),
]
# bytes in all
OCTETS = [("huberror", "message_key", 16), ("archivederror", "message_key", 16)]
# characters in all
LISTS = [("approvalpolicy", "verbs", 2000), ("errortable", "allowed_dispositions", 2000)]
# nobody can mend what these hold: what is there stays
APPEND_ONLY = {
    "approvalcomment",
    "approvalvote",
    "event",
    "operationstep",
    "playbookversion",
    "report",
    "shipped",
    "violation",
}
YEARS = (
    "{0} >= timestamptz '1900-01-01 00:00:00+00' AND {0} < timestamptz '10000-01-01 00:00:00+00'"
)
SPAN = "{0} BETWEEN interval '-36600 days' AND interval '36600 days'"
NUMBER = "{0} > '-Infinity' AND {0} < 'Infinity'"
DEEPER = """strict $.**{{%s}} ? (@.type() == "object" || @.type() == "array")"""


def limits() -> Iterator[tuple[str, str, str, str]]:
    """Give model, column, end of the name and SQL of each."""
    for model, most, columns in LETTERS:
        sql = f"octet_length({{0}}) <= {most} OR char_length({{0}}) <= {most}"
        yield from ((model, one, f"at_most_{most}_characters", sql) for one in columns.split())
    for table, name, sql in (
        (MOMENTS, "from_1900_to_9999", YEARS),
        (SPANS, "within_100_years", SPAN),
        (FINITE, "finite", NUMBER),
    ):
        for model, columns in table.items():
            yield from ((model, one, name, sql) for one in columns.split())
    for model, column, kind, most, depth in DOCUMENTS:
        sql = (
            f"jsonb_typeof({{0}}) = '{kind}' AND octet_length({{0}}::text) <= {most} "
            f"AND NOT jsonb_path_exists({{0}}, '{DEEPER % depth}')"
        )
        yield model, column, f"{kind}_of_{most}_bytes_{depth}_levels", sql
    for model, column, most in OCTETS:
        yield model, column, f"at_most_{most}_bytes", f"octet_length({{0}}) <= {most}"
    for model, column, most in LISTS:
        sql = (
            "coalesce(array_ndims({0}), 1) = 1 AND array_position({0}, NULL) IS NULL "
            f"AND char_length(array_to_string({{0}}, '')) <= {most}"
        )
        yield model, column, f"list_of_{most}_characters", sql


class Quiet:
    """Keeps the constraint in the state alone: Django would build the model and all its kin anew for each of hundreds."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        options = state.models[app_label, self.model_name].options
        options["constraints"] = [*options["constraints"], self.constraint]


class AddLimit(Quiet, migrations.AddConstraint):
    pass


class AddLimitNotValid(Quiet, AddConstraintNotValid):
    pass


def added(model: str, column: str, name: str, sql: str) -> migrations.AddConstraint:
    """Add one; where rows cannot be mended, for what comes."""
    template = f"({sql.format('%(expressions)s')})"
    condition = models.Func(models.F(column), template=template, output_field=models.BooleanField())
    constraint = models.CheckConstraint(name=f"{model}_{column}_{name}", condition=condition)
    if model in APPEND_ONLY:
        return AddLimitNotValid(model, constraint)
    return AddLimit(model, constraint)


class Migration(migrations.Migration):
    dependencies = [("governance", "0012_company_search")]
    operations = [added(*one) for one in limits()]
