"""What can be done with course runs, places in them and attendance."""

from naite.trunk.delivery.services.attending import check_in
from naite.trunk.delivery.services.enrolling import (
    cancel_enrolment,
    enrol,
    enrol_in_programme,
    exempt_fee,
    mark_paid,
    move_up_next,
    release_unpaid,
)
from naite.trunk.delivery.services.interest import (
    express_interest,
    tell_registration_open,
    withdraw_interest,
)
from naite.trunk.delivery.services.marking import mark_attendance, mark_session
from naite.trunk.delivery.services.running import (
    cancel_run,
    change_run,
    create_programme,
    open_run,
    refresh_listing,
)
from naite.trunk.delivery.services.scheduling import (
    announce_session_date,
    drop_session,
    reschedule_session,
)

__all__ = [
    "announce_session_date",
    "cancel_enrolment",
    "cancel_run",
    "change_run",
    "check_in",
    "create_programme",
    "drop_session",
    "enrol",
    "enrol_in_programme",
    "exempt_fee",
    "express_interest",
    "mark_attendance",
    "mark_paid",
    "mark_session",
    "move_up_next",
    "open_run",
    "refresh_listing",
    "release_unpaid",
    "reschedule_session",
    "tell_registration_open",
    "withdraw_interest",
]
