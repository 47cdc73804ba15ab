"""What every form carries, in every template: its token, and the account that it was shown to."""

from django import template
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from outreach_admin.ui.pages import begun

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: Context) -> SafeString:
    """Draw Django's token, and beside it whose form this is."""
    # Django draws it safe, and says only that it is a text
    token = SafeString(CsrfTokenNode().render(context))
    user = getattr(context.get("request"), "user", None)
    account = begun.mark(user) if user else ""
    if not account:
        return token
    return format_html(
        '{}<input type="hidden" name="{}" value="{}">',
        token,
        begun.FIELD,
        account,
    )
