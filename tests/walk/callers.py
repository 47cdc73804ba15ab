"""Everybody who calls, with a token of each scope; what a request changed is taken back after it."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone

from governance.models import Token
from tests import make
from tests.walk.visits import STRANGER, leave, traces, written
from tests.walk.world import ROLES, World

PIPELINE = "pipeline"
SCOPES = tuple(scope.value for scope in Token.Scope)
EVERYBODY = (
    (STRANGER, ""),
    *((role, scope) for role in ROLES for scope in SCOPES),
    # no pipeline approves
    *((PIPELINE, scope) for scope in SCOPES if scope != Token.Scope.APPROVE),
)
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


@dataclass(frozen=True)
class Call:
    """One request with a token of one scope, what came back, and which tables it left changed."""

    who: str
    scope: str
    method: str
    answer: Any
    changed: frozenset[str]
    people: dict[str, Any]

    @property
    def status(self) -> int:
        """The status of the answer."""
        return int(self.answer.status_code)

    @property
    def said(self) -> dict[str, Any]:
        """What a problem says; nothing for a HEAD, which has no body."""
        kind = self.answer.headers.get("Content-Type", "")
        is_problem = kind == "application/problem+json"
        return json.loads(self.answer.content) if is_problem and self.answer.content else {}


class Callers:
    """A token for each role and scope that can be made, a stranger without one."""

    def __init__(self) -> None:
        self.world = World()
        self.client = Client(raise_request_exception=False)
        self.secrets = {(STRANGER, ""): ""}

    def secret(self, who: str, scope: str) -> str:
        """Give the token of somebody for a scope, made when it is first asked for."""
        if (who, scope) not in self.secrets:
            whose = (
                {"pipeline": "loader"} if who == PIPELINE else {"account": self.world.people[who]}
            )
            token, self.secrets[who, scope] = make.token(scopes=[scope], **whose)
            # else its first use would be noted, as a change
            Token.objects.filter(pk=token.pk).update(last_used_at=timezone.now())
        return self.secrets[who, scope]

    def call(self, who: str, scope: str, method: str, path: str, sent: Any = None) -> Call:
        """Send one request, see what came of it, take it back."""
        secret = self.secret(who, scope)
        given = {"Authorization": f"Bearer {secret}"} if secret else {}
        rows, point = written(), transaction.savepoint()
        try:
            answer = self.client.generic(
                method.upper(),
                path,
                "" if sent is None else json.dumps(sent),
                content_type="application/json",
                headers=given,
            )
            leave(answer)
            left = traces() if written() > rows else {}
        finally:
            transaction.savepoint_rollback(point)
        changed = frozenset(dict(left.items() - traces().items())) if left else frozenset()
        return Call(who, scope, method, answer, changed, self.world.people)
