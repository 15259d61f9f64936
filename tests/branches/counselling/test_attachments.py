"""Files of questions: checked by content, seen by asker and office alone, erased with their draft."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests import factories as make
from tests import samples_of_files as samples
from tests.branches.counselling.conftest import Offices, ask
from tests.clock import hold

from naite.branches.counselling import queries
from naite.branches.counselling.models import Attachment, Message, Question, QuestionCategory
from naite.branches.counselling.services import answers, attachments, questions
from naite.branches.counselling.services.attachments import Upload
from naite.branches.counselling.services.questions import QuestionText
from naite.roots.audit.models import AuditEvent
from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files.models import StoredFile
from naite.trunk.people.models import Person

pytestmark = pytest.mark.django_db
NOW = make.NOW


def upload(name: str = "수료증.png", content: bytes | None = None) -> Upload:
    return Upload(BytesIO(samples.png() if content is None else content), name)


@pytest.fixture
def draft(offices: Offices, asker: Person, category: QuestionCategory) -> Question:
    text = QuestionText(category, asker.region, "제목", "글")
    return questions.start(person=asker, text=text, actor=asker, now=NOW)


@pytest.mark.req("A21", "rule")
def test_files_go_with_the_question_and_the_office_sees_them(
    offices: Offices, draft: Question, asker: Person
) -> None:
    kept = attachments.attach(question=draft, uploads=[upload(), upload("같은것.png")], actor=asker, now=NOW)
    assert [each.file.name for each in kept] == ["수료증.png"]
    with pytest.raises(NotAllowed):
        attachments.look(attachment=kept[0], actor=offices.local, now=NOW)
    questions.submit(question=draft, actor=asker, now=NOW)
    found = attachments.find(kept[0].pk)
    assert found is not None
    assert attachments.look(attachment=found, actor=asker, now=NOW) == kept[0].file
    assert attachments.look(attachment=found, actor=offices.local, now=NOW) == kept[0].file
    seen = AuditEvent.objects.get(action="counselling.view_file")
    assert (seen.actor_id, seen.data_subject_id) == (offices.local.pk, asker.pk)
    for who in (make.person("남"), offices.provincial, make.staff(make.organisation("학습관", kind="hub"))):
        with pytest.raises(NotAllowed):
            attachments.look(attachment=found, actor=who, now=NOW)
    with pytest.raises(Refused):
        attachments.attach(question=draft, uploads=[upload()], actor=asker, now=NOW)
    with pytest.raises(NotAllowed):
        attachments.remove(attachment=found, actor=asker, now=NOW)


@pytest.mark.req("A21", "refusal")
def test_a_file_that_is_not_what_it_says_is_refused_by_name(draft: Question, asker: Person) -> None:
    for bad in (upload("수료증.pdf", b"MZ not a pdf"), upload("수료증.png", b"")):
        with pytest.raises(Invalid) as told:
            attachments.attach(question=draft, uploads=[bad], actor=asker, now=NOW)
        assert bad.name in told.value.fields["uploads"]
    six = [upload(f"{n}.png", _different(n)) for n in range(6)]
    with pytest.raises(Invalid) as told:
        attachments.attach(question=draft, uploads=six, actor=asker, now=NOW)
    assert told.value.code == "too_many_files"
    assert not Attachment.objects.exists()


def _different(number: int) -> bytes:
    """A picture of another size, so that its digest differs."""
    return samples.png(size=number + 5)


def test_a_discarded_draft_takes_its_files_along(draft: Question, asker: Person) -> None:
    kept = attachments.attach(question=draft, uploads=[upload()], actor=asker, now=NOW)
    questions.discard(question=draft, actor=asker, now=NOW)
    assert StoredFile.objects.get(pk=kept[0].file_id).erased_at == NOW
    assert not Attachment.objects.exists()


def test_answers_and_further_words_carry_files(
    offices: Offices, asker: Person, category: QuestionCategory
) -> None:
    row = ask(asker, category)
    answers.answer(question=row, body="안내문", actor=offices.local, now=NOW, uploads=[upload("안내.png")])
    questions.ask_on(question=row, body="여기요", actor=asker, now=NOW, uploads=[upload("사진.png")])
    names = [[f.file.name for f in item.attachments.all()] for item in queries.thread_for_asker(row)]
    assert names == [["안내.png"], ["사진.png"]]
    with pytest.raises(Invalid):
        questions.ask_on(question=row, body="또", actor=asker, now=NOW, uploads=[upload("a.pdf", b"MZ")])
    assert Message.objects.filter(body="또").count() == 0


@pytest.mark.req("A21", "browser")
def test_files_through_the_pages(
    client: Client,
    offices: Offices,
    asker: Person,
    category: QuestionCategory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hold(monkeypatch, NOW)
    client.force_login(asker)
    given = {"category": "account", "title": "합칠 수 있나요", "body": "글", "region": "11440"}
    bad = SimpleUploadedFile("수료증.pdf", b"MZ this is a program")
    page = client.post("/my/counselling/new/", {**given, "act": "send", "uploads": [bad]})
    assert page.status_code == 422
    row = Question.objects.get()
    assert row.state == Question.State.DRAFT
    good = [SimpleUploadedFile("하나.png", samples.png()), SimpleUploadedFile("둘.png", _different(3))]
    path = f"/my/counselling/{row.pk}/edit/"
    client.post(path, {**given, "act": "draft", "edition": "1", "uploads": good})
    assert Attachment.objects.count() == 2
    gone = Attachment.objects.get(file__name="둘.png")
    client.post(f"/my/counselling/files/{gone.pk}/remove/")
    client.post(path, {**given, "act": "send", "edition": "2", "offered": "1"})
    kept = Attachment.objects.get()
    assert "하나.png" in client.get(f"/my/counselling/{row.pk}/").content.decode()
    response = client.get(f"/my/counselling/files/{kept.pk}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    client.force_login(offices.local)
    assert "하나.png" in client.get(f"/office/counselling/{row.pk}/").content.decode()
    assert client.get(f"/my/counselling/files/{kept.pk}/").status_code == 200
    client.force_login(make.person("남"))
    assert client.get(f"/my/counselling/files/{kept.pk}/").status_code == 403
