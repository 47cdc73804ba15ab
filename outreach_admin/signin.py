"""The form at the door."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.models import User


class SignInForm(AuthenticationForm):
    """Name and password; a name longer than any person's is wrong before it is looked up or counted."""

    username = UsernameField(max_length=User._meta.get_field("username").max_length, widget=forms.TextInput(attrs={"autofocus": True}))
