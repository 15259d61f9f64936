"""A process for test_award_killed: gives the badges of entries one after another, until it is killed."""

import sys
from uuid import UUID

import django

if __name__ == "__main__":
    django.setup()
    from tests import factories as make

    from naite.flows import award as flow

    print("ready", flush=True)
    for line in sys.stdin:
        account, entry = line.split()
        flow.award_entry(account_id=UUID(account), entry_id=UUID(entry), now=make.NOW)
        print(entry, flush=True)
