"""A process for test_award_run_killed: gives what is left of a run in small chunks, until it is killed."""

import sys
from uuid import UUID

import django

if __name__ == "__main__":
    django.setup()
    from tests import factories as make

    from naite.flows import award_run as flow

    flow.CHUNK = 20
    print("ready", flush=True)
    for run in flow.give(run_id=UUID(sys.argv[1]), clock=lambda: make.NOW):
        print(run.awarded_count, flush=True)
