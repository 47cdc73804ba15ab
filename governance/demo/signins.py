"""The people of the demo, one for each group."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group


@dataclass(frozen=True)
class SignIn:
    """One demo user; the password is no secret."""

    username: str
    first_name: str
    last_name: str
    group: str
    is_staff: bool = False

    @property
    def password(self) -> str:
        return f"demo-{self.username}"


PEOPLE = (
    SignIn("ops", "Nadia", "Okafor", "triager"),
    SignIn("manager", "Ruth", "Lindqvist", "manager"),
    SignIn("analyst", "Tomas", "Reyes", "analyst"),
    SignIn("admin", "Ines", "Duarte", "admin", is_staff=True),
    SignIn("viewer", "Kofi", "Mensah", "viewer"),
)


def add() -> None:
    """Make the demo's users and put them into their groups."""
    for person in PEOPLE:
        user = get_user_model().objects.create_user(
            person.username,
            email=f"{person.username}@outreach.example",
            password=person.password,
            first_name=person.first_name,
            last_name=person.last_name,
            is_staff=person.is_staff,
        )
        user.groups.add(Group.objects.get(name=person.group))
