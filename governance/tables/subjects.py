"""What the columns of every subject's list share."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from governance.verbs.base import Verb
from outreach_admin.ui import sprite, tables, texts


class SubjectTable(tables.Table):
    """What lists of subjects share: each row leads to its record by its company.

    `query` is the list's address, carried to each record; `acts` are the verbs that a row offers by itself.
    """

    detail_url_name = ""
    act_url_name = ""
    query = ""
    acts: Sequence[Verb] = ()

    def render_company(self, value: str, record: Any) -> SafeString:
        """Write the link to the record; it knows the list it came from."""
        address = reverse(self.detail_url_name, args=[record.pk])
        name = texts.word(value)
        return format_html(
            '<a href="{}" data-open>{}</a>{}',
            self.with_query(address),
            name,
            self.acts_on(record, name),
        )

    def with_query(self, address: str) -> str:
        return f"{address}?{self.query}" if self.query else address

    def acts_on(self, record: Any, name: str) -> SafeString | str:
        """Write the links to what can be done to this row at once; they show where it is looked at."""
        if not self.act_url_name:
            return ""
        links = format_html_join(
            "",
            '<a class="button" href="{}" data-act="{}" title="{} ({})">{}</a>',
            (
                (
                    self.with_query(reverse(self.act_url_name, args=[record.pk, verb.name])),
                    verb.key,
                    verb.label,
                    verb.key,
                    sprite.icon(verb.icon, f"{verb.label} {name}"),
                )
                for verb in self.acts
                if verb.takes(record.disposition)
            ),
        )
        return format_html('<span class="row-acts">{}</span>', links) if links else ""
