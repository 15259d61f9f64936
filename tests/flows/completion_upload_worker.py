"""A process for test_upload_killed: does one step of an upload, a small chunk for each line it is given, until killed."""

import sys
from uuid import UUID

import django

if __name__ == "__main__":
    django.setup()
    from tests import factories as make

    from naite.flows import upload_completions as flow
    from naite.trunk.records.uploads import applying, reading, undoing

    step, upload_id, chunk = sys.argv[1], UUID(sys.argv[2]), int(sys.argv[3])
    reading.CHUNK = applying.CHUNK = undoing.CHUNK = chunk
    flow._TOLD_AT_ONCE = chunk
    steps = {"read": reading.read_next, "apply": flow.finish, "undo": flow.finish_undo}
    print("ready", flush=True)
    for upload in steps[step](upload_id=upload_id, now=make.NOW):
        print(upload.done_rows, flush=True)
        sys.stdin.readline()
