"""Reference data and people at /reference/: hubs, error tables, codes and approval policies, whose changes enter the history; accounts."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import User
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst

from governance import policies as rules
from governance.exceptions import NotPermitted
from governance.models import (
    ApprovalPolicy,
    Disposition,
    ErrorCode,
    ErrorTable,
    Hub,
    ReadinessPolicy,
)
from governance.queries import people
from governance.queries.canon import current
from governance.queries.readiness import drift
from governance.services import attribution
from governance.services import readiness as definition
from governance.services.approvals import counts, policies
from governance.verbs import registry
from outreach_admin.db.rules import unseen
from outreach_admin.ui.texts import visible

NAMES_STAY = (
    "Whoever left a trace in the history keeps this name, and is switched off instead of deleted."
)

Choices = list[tuple[str, str]] | Callable[[], list[tuple[str, str]]]


def all_is_seen(word: str) -> None:
    """Refuse a letter that nobody sees."""
    if said := unseen(word):
        raise forms.ValidationError(said)


class ReferenceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that people keep: `naming` fields are fixed once a row exists, `several` fields take some of their choices."""

    formfield_overrides: ClassVar[dict[Any, Any]] = {
        models.TextField: {
            "widget": AdminTextInputWidget,
            "validators": [all_is_seen],
        }
    }
    naming: tuple[str, ...] = ()
    several: ClassVar[dict[str, Choices]] = {}
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.naming if obj else ()

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest | None, **kwargs: Any
    ) -> Any:
        """Offer a list's choices as check boxes."""
        if db_field.name not in self.several:
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.MultipleChoiceField(
            choices=self.several[db_field.name],
            required=not db_field.blank,
            widget=forms.CheckboxSelectMultiple,
            label=capfirst(db_field.verbose_name),
            help_text=db_field.help_text,
        )

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Save under the person's name."""
        attribution.attribute(by=request.user, reason="reference data", channel="browser")
        super().save_model(request, obj, form, change)


admin.site.unregister(User)


class FreeName(forms.ModelForm):  # type: ignore[type-arg]
    """The account's name, refused where it could be taken for somebody else's."""

    def clean_username(self) -> str:
        """Refuse a name that passes for another one, is nobody's, or cannot be read."""
        name: str = self.cleaned_data["username"]
        if not people.is_free(name, but=self.instance if self.instance.pk else None):
            raise forms.ValidationError(
                f"“{name}” is taken: names that differ in capitals or in letters that look alike, and “system”, mean somebody already."
            )
        if not people.is_readable(name):
            raise forms.ValidationError(
                f"“{visible(name)}” mixes alphabets or has letters that nobody sees: use those of one alphabet."
            )
        return name


class AccountForm(FreeName, UserChangeForm):  # type: ignore[type-arg]
    """An account as it is kept."""


class NewAccountForm(FreeName, AdminUserCreationForm):  # type: ignore[type-arg]
    """A new account."""


@admin.register(User)
class PersonAdmin(UserAdmin):
    """Accounts: rights come from groups alone; whoever left a trace keeps the name and is switched off, never deleted."""

    actions = None
    form = AccountForm
    add_form = NewAccountForm
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password"), "description": NAMES_STAY}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("May", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Times", {"fields": readonly_fields}),
    )
    formfield_overrides: ClassVar[dict[Any, Any]] = {
        models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple}
    }

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Fix the name that the history knows."""
        kept = ("username",) if obj and people.left_trace(obj) else ()
        return (*kept, *self.readonly_fields)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let only accounts be deleted that did nothing yet."""
        return super().has_delete_permission(request, obj) and not (obj and people.left_trace(obj))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """Give no password to a pipeline."""
        account = self.get_object(request, id)
        if account and rules.is_pipeline(account):
            raise NotPermitted(
                f"{account} is a pipeline: nobody signs in as it.",
                what_to_do="Make a token for it instead.",
            )
        return super().user_change_password(request, id, form_url)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Let open requests follow who may vote from now on."""
        super().save_related(request, form, formsets, change)
        counts.recount_open()


@admin.register(Hub)
class HubAdmin(ReferenceAdmin):
    """Stages of the funnel."""

    list_display = ("name", "position", "doctrine_id", "team", "gates_completion")
    naming = ("id", "position", "doctrine_id")


@admin.register(ErrorTable)
class ErrorTableAdmin(ReferenceAdmin):
    """Policies of error tables; errors that are there already keep what they were filed with."""

    list_display = (
        "name",
        "hub",
        "owner",
        "blocks_promotion",
        "default_disposition",
        "ttl_tier",
        "max_retries",
    )
    naming = ("name", "entity_type", "archive_name")
    # it takes four eyes, on the jobs page
    exclude = ("holds_expired",)
    several: ClassVar[dict[str, Choices]] = {"allowed_dispositions": list(Disposition.choices)}


@admin.register(ErrorCode)
class ErrorCodeAdmin(ReferenceAdmin):
    """Codes and how their errors are filed from now on."""

    list_display = (
        "code",
        "title",
        "hub",
        "category",
        "severity",
        "blocking",
        "ttl_tier",
        "max_retries",
    )
    list_filter = ("hub", "category", "severity")
    search_fields = ("code", "title")
    naming = ("code",)


def tools_known() -> list[tuple[str, str]]:
    """List the tools of the canon in force by slug; none while nobody knows it."""
    try:
        tools = current.ask().canon.tools.values()
    except current.Unknown:
        return []
    return [(tool.slug, str(tool)) for tool in tools]


def hubs_known() -> list[tuple[str, str]]:
    """List the hubs of the canon in force that may call tools."""
    try:
        hubs = current.ask().canon.hubs.values()
    except current.Unknown:
        return []
    return [(hub.id, hub.name) for hub in hubs if not hub.closed]


class ApprovalPolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What needs an approval from now on."""

    def clean(self) -> dict[str, Any]:
        """Refuse tools and hubs of what is no call."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("subject") != ApprovalPolicy.Subject.TOOL_CALL:
            for name in ("tools", "hubs"):
                if found.get(name):
                    self.add_error(name, "Only calls of tools are narrowed by tool or hub.")
        return found


@admin.register(ApprovalPolicy)
class ApprovalPolicyAdmin(ReferenceAdmin):
    """What needs an approval; a change is a new version, earlier ones can be read."""

    form = ApprovalPolicyForm
    list_display = (
        "name",
        "version",
        "is_active",
        "covers",
        "quorum",
        "hours_valid",
    )
    list_filter = ("is_active",)
    exclude = ("version", "is_active")
    naming = ("name",)
    several: ClassVar[dict[str, Choices]] = {
        "verbs": [(name, verb.label) for name, verb in registry.VERBS.items()],
        "tools": tools_known,
        "hubs": hubs_known,
    }

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let only the version that holds be changed."""
        return super().has_change_permission(request, obj) and (obj is None or obj.is_active)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        policies.revise(obj, by=request.user)


class ReadinessPolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is asked for from now on."""

    def clean_required_slots(self) -> int:
        """Refuse what holds already, before anything is written."""
        slots: int = self.cleaned_data["required_slots"]
        if slots == drift.required_slots():
            raise forms.ValidationError(f"{slots} filled slots are asked for already.")
        return slots


@admin.register(ReadinessPolicy)
class ReadinessPolicyAdmin(ReferenceAdmin):
    """How many slots a company must have filled; a change is a new row, which counts every company anew, earlier ones can be read."""

    form = ReadinessPolicyForm
    list_display = (
        "required_slots",
        "at",
        "reason",
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody rewrite what held."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody take away what held."""
        return False

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        made = definition.require(
            obj.required_slots,
            by=request.user,
            reason=obj.reason,
        )
        obj.pk, obj.at = made.pk, made.at
