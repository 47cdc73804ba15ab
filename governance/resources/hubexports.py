"""Rows of hub tables that go out, in the columns in which they can come in again."""

from governance import subjects
from governance.filters.hubs import HubRowFilter
from governance.resources.exports import EXPORT, Export, register
from governance.verbs.hubs import KEPT, ImportRows
from governance.verbs.registry import VERBS


def export_of(verb: ImportRows) -> Export:
    """Declare the export of one hub table; what is shown nowhere stays in."""
    subject = subjects.named(verb.subject)
    own = {field.column for field in verb.model._meta.concrete_fields}
    columns = [name for name in verb.columns if name not in verb.hidden]
    model = verb.model._meta.model_name
    return Export(
        name=verb.subject,
        noun=subject.noun,
        nouns=subject.called(2),
        list_url="governance:export-list",
        url=f"governance:{verb.subject}-export",
        permissions=(EXPORT, f"governance.view_{model}"),
        filterset=HubRowFilter,
        queryset=verb.model._default_manager.all,
        columns={name: name for name in (*columns, *KEPT) if name in own},
        order=(verb.key_column,),
    )


TABLES = [
    verb
    for verb in VERBS.values()
    if isinstance(
        verb,
        ImportRows,
    )
    and verb.is_hub
]

register(*(export_of(verb) for verb in TABLES))
