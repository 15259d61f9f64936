"""An institution of its own within a running server's world: its staff, a learner and a badge given just now.

So that declaring its key stolen spoils nothing for other tests. Prints, as JSON, the badge and sessions for both.
"""

import json
from typing import Any

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.utils import timezone  # noqa: E402

from naite.flows import award  # noqa: E402
from tests import badge_rows as rows  # noqa: E402
from tests import factories as make  # noqa: E402

NAME = "새싹평생학습관"


def session_of(person: Any) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    assert session.session_key is not None
    return session.session_key


def main() -> None:
    where = make.organisation(NAME, slug="sprout")
    version = make.version(where, title="마을 기록가", area="career", sub_area="skills")
    badge = rows.published(version)
    entry = rows.completed(version)
    (given,) = award.award_entry(account_id=entry.account_id, entry_id=entry.id, now=timezone.now())
    told = {
        "badge": bytes(given.credential).decode(),
        "name": badge.name,
        "staff": session_of(make.staff(where)),
        "learner": session_of(entry.account.person),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
