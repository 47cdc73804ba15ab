"""Sessions in the database, asked for only by keys that the console could have given."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Django's store, deaf to keys that no session has: what a browser sends reaches no query unless it is letters and digits."""

    def _validate_session_key(self, key: str) -> bool:
        return (
            bool(key)
            and len(key) <= 40
            and key.isascii()
            and key.isalnum()
            and super()._validate_session_key(key)
        )
