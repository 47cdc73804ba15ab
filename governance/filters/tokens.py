"""What tokens and their refusals can be filtered by."""

import django_filters

from governance.filters.people import NamedPeople
from governance.models import Token, TokenRefusal
from governance.models.tokens.tokens import TokenQuerySet
from outreach_admin.lists.fields import MomentFilter
from outreach_admin.lists.filters import StrictFilterSet


class TokenFilter(NamedPeople):
    """What the list of tokens can be narrowed to."""

    mine = django_filters.ChoiceFilter(
        label="Mine",
        choices=[("true", "mine alone")],
        method="of_mine",
    )
    kind = django_filters.MultipleChoiceFilter(
        choices=Token.Kind.choices,
        label="Of a",
    )
    state = django_filters.MultipleChoiceFilter(
        choices=Token.State.choices,
        label="State",
        method="as_it_stands",
    )
    account = django_filters.CharFilter(
        field_name="account__username",
        label="Account",
        help_text="User name, or the pipeline's.",
    )
    scope = django_filters.ChoiceFilter(
        label="May",
        choices=Token.Scope.choices,
        method="with_scope",
    )
    by_account = ("account",)

    class Meta:
        model = Token
        fields: list[str] = []

    def of_mine(self, queryset: TokenQuerySet, name: str, value: str) -> TokenQuerySet:
        """Keep what is this person's, or what he is responsible for."""
        return queryset.of(self.request.user)

    def as_it_stands(self, queryset: TokenQuerySet, name: str, value: list[str]) -> TokenQuerySet:
        """Keep what stands in one of these ways now."""
        return queryset.in_state(*value, at=self.as_of) if value else queryset

    def with_scope(self, queryset: TokenQuerySet, name: str, value: str) -> TokenQuerySet:
        """Keep what was made for that."""
        return queryset.filter(scopes__contains=[value])


class RefusalFilter(StrictFilterSet):
    """What the refused requests can be narrowed to."""

    token = django_filters.NumberFilter(
        label="Token",
        help_text="Its number.",
        max_value=2**63 - 1,
        decimal_places=0,
    )
    reason = django_filters.MultipleChoiceFilter(
        choices=TokenRefusal.Reason.choices,
        label="Why",
    )
    since = MomentFilter("hour", "gte", label="Since")
    until = MomentFilter("hour", "lt", label="Until")

    class Meta:
        model = TokenRefusal
        fields: list[str] = []
