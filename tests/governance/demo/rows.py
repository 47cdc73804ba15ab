"""The rows of the population, by table and id."""

from django.db import connection

from governance.models import HubError

DOL, CT, PEOPLE, URL = (
    "outreach.dol_errors",
    "outreach.company_target_errors",
    "people.people_errors",
    "company.url_discovery_failures",
)


def errors(table: str, **conditions: object):
    return HubError.objects.filter(error_table=table, **conditions)


def ids(rows) -> set:
    return set(rows.values_list("outreach_id", flat=True))


def scalar(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def rows(statement: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
