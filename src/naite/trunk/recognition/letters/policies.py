"""Who sends results out, who tells institutions, and who reads what was told."""

from datetime import datetime

from naite.trunk.people.models import Organisation, Person, Role
from naite.trunk.people.policies import COURSE_STAFF, has_role
from naite.trunk.recognition import delegations
from naite.trunk.recognition.models import Delegation, LocalNotice, ResultNotice

_OFFICER_OF = {
    Organisation.Kind.LOCAL_GOVERNMENT: Role.LOCAL_OFFICER,
    Organisation.Kind.PROVINCIAL_INSTITUTE: Role.PROVINCIAL_OFFICER,
    Organisation.Kind.NATIONAL_INSTITUTE: Role.NATIONAL_OFFICER,
}


def can_send_out(person: Person | None, institute: Organisation, *, now: datetime) -> bool:
    """Whether a person sends the results of a round to local governments, and reminds them."""
    return has_role(person, institute, Role.NATIONAL_OFFICER, now=now)


def can_remind(person: Person | None, local: LocalNotice, *, now: datetime) -> bool:
    """Whether a person reminds a late office: who sent the results, or its province where that is delegated."""
    return delegations.may(
        person, Delegation.Power.REMINDERS, local.office.region, local.batch.round.institute, now=now
    )


def can_notify(person: Person | None, office: Organisation, *, now: datetime) -> bool:
    """Whether a person tells the institutions of an office their results."""
    role = _OFFICER_OF.get(Organisation.Kind(office.kind))
    return role is not None and has_role(person, office, role, now=now)


def can_see_local(person: Person | None, local: LocalNotice, *, now: datetime) -> bool:
    """The office itself, the institute that sent it, and the provincial institute above the office."""
    if can_notify(person, local.office, now=now):
        return True
    if can_send_out(person, local.batch.round.institute, now=now):
        return True
    above = local.office.parent
    return above is not None and can_notify(person, above, now=now)


def can_read(person: Person | None, notice: ResultNotice, *, now: datetime) -> bool:
    """Whether a person may read a letter: the institution once it was sent, and who may see the local notice."""
    told = notice.state in {ResultNotice.State.SENT, ResultNotice.State.RECEIVED}
    if told and has_role(person, notice.organisation, *COURSE_STAFF, now=now):
        return True
    return can_see_local(person, notice.local, now=now)


def can_take_mail(person: Person | None, institution: Organisation, *, now: datetime) -> bool:
    """Whether a person may say how an institution wants its notices."""
    return has_role(person, institution, Role.INSTITUTION_STAFF, Role.HUB_OPERATOR, now=now)
