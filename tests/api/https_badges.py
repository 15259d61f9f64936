"""A process for test_https_verifiers: two badges of one institution, one of them taken back, in an empty database."""

import json
import sys
from datetime import timedelta

import django

if __name__ == "__main__":
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone
    from tests import badge_rows as rows
    from tests import factories as make

    from naite.flows import award as flow
    from naite.trunk.badges import services

    call_command("migrate", verbosity=0)
    make.NOW = timezone.now() - timedelta(minutes=5)  # other people's verifiers go by the real clock
    badge = rows.published()
    awards = []
    for name in ("한가람", "두나래"):
        entry = rows.completed(badge.course_version, make.person(name))
        awards += flow.award_entry(account_id=entry.account_id, entry_id=entry.id, now=make.NOW)
    staff = make.staff(badge.organisation)
    services.rotate_key(organisation=badge.organisation, actor=staff, now=make.NOW + timedelta(minutes=1))
    services.revoke(
        account_id=awards[1].account_id,
        award_id=awards[1].id,
        reason="잘못 드렸습니다.",
        actor=staff,
        now=make.NOW + timedelta(minutes=2),
    )
    json.dump([json.loads(bytes(award.credential)) for award in awards], sys.stdout)
