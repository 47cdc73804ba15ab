"""`flush`, connected as the owner of the database."""

from django.core.management.commands import flush

from outreach_admin.db.roles import OwnerCommand


class Command(OwnerCommand, flush.Command):
    pass
