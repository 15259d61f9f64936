"""Papers beside an entry: whose, how many, and the same one twice."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks
from tests import factories as make
from tests import samples_of_files as sample
from tests.factories import NOW

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files.models import StoredFile
from naite.trunk.records import policies
from naite.trunk.records.confirmations import services as confirmations
from naite.trunk.records.evidence import queries, services
from naite.trunk.records.models import Entry, Evidence, LearningAccount
from naite.trunk.records.sections import services as sections
from naite.trunk.records.sections.rules import OwnWords

pytestmark = pytest.mark.django_db


def award(account: LearningAccount, title: str = "시민기록 공모전") -> Entry:
    words = OwnWords(kind="award", title=title, provider_name="가온시", completed_on=date(2024, 5, 1))
    return sections.write(account=account, words=words, token=title, actor=account.person, now=NOW)


def attach(entry: Entry, content: bytes = b"", name: str = "상장.pdf", **more: object) -> Evidence:
    values = {"actor": entry.account.person, "now": NOW, **more}
    return services.attach(entry=entry, stream=BytesIO(content or sample.pdf()), name=name, **values)  # type: ignore[arg-type]


@pytest.mark.req("A19", "rule")
def test_the_same_file_under_another_name_is_known() -> None:
    entry = award(make.account())
    attach(entry)
    with pytest.raises(services.SameFile, match="상장"):
        attach(entry, name="다른 이름.pdf")
    assert StoredFile.objects.count() == Evidence.objects.count() == 1


@pytest.mark.req("A19", "rule")
def test_a_file_of_two_entries_is_kept_once_and_goes_with_the_last(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    account = make.account()
    one, other = award(account), award(account, "다른 상")
    first, second = attach(one), attach(other, name="복사본.pdf")
    assert first.file_id == second.file_id
    with django_capture_on_commit_callbacks(execute=True):
        services.remove(evidence=first, entry=one, actor=account.person, now=NOW)
        services.remove(evidence=first, entry=one, actor=account.person, now=NOW)
    assert default_storage.exists(first.file.location)
    with django_capture_on_commit_callbacks(execute=True):
        services.remove(evidence=second, entry=other, actor=account.person, now=NOW)
    assert not default_storage.exists(first.file.location)
    assert not queries.live_evidence(account).exists()
    attach(one)  # the same content may come again


@pytest.mark.req("A19", "refusal")
def test_what_is_refused_leaves_nothing() -> None:
    account = make.account()
    entry = award(account)
    for content, name in (
        (b"MZ\0", "a.exe"),
        (sample.docx(), "a.docx"),
        (sample.png(), "a.pdf"),
        (b" ", "a.pdf"),
    ):
        with pytest.raises(Invalid):
            attach(entry, content, name)
    for actor in (make.person(), make.staff(make.organisation())):
        with pytest.raises(NotAllowed):
            attach(entry, actor=actor)
    for number in range(services.MOST_FILES):
        attach(entry, sample.png((number, 0, 0)), f"{number}.png")
    with pytest.raises(Invalid, match="열 개"):
        attach(entry)
    sections.take_back(entry=entry, reason="잘못 적음", actor=account.person, now=NOW)
    with pytest.raises(Refused):
        attach(entry)
    assert StoredFile.objects.count() == services.MOST_FILES


@pytest.mark.req("A19", "refusal")
def test_evidence_is_seen_by_the_owner_and_while_it_is_asked_by_those_asked() -> None:
    account, school = make.account(), make.organisation("가온시")
    asked, colleague = make.staff(school), make.staff(make.organisation("다른 기관"))
    entry = award(account)
    attach(entry)

    def see(who: object) -> bool:
        return policies.can_see_evidence(who, account, entry.id, now=NOW)  # type: ignore[arg-type]

    assert see(account.person)
    assert not any(map(see, (asked, colleague, make.person(), None)))
    request = confirmations.ask(entry=entry, organisation=school, actor=account.person, now=NOW)
    assert see(asked)
    assert not any(map(see, (colleague, make.person(), None)))
    confirmations.answer(request=request, confirmed=True, actor=asked, now=NOW)
    assert not see(asked)
