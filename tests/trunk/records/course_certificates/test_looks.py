"""The look of an institution's 수료증."""

import io

import pytest
from tests import factories as make
from tests.course_certificate_rows import a_class, png
from tests.factories import NOW

from naite.roots.errors import Invalid, NotAllowed, Refused
from naite.roots.files.models import StoredFile
from naite.trunk.people.models import Organisation
from naite.trunk.records.course_certificates import batches, looks
from naite.trunk.records.models import CertificateLook

pytestmark = [pytest.mark.django_db, pytest.mark.req("A20", "rule")]


def change(organisation: Organisation, **how) -> CertificateLook:
    given = {
        "issuer": "가온시평생학습관장",
        "representative": "강마루",
        "sentence": "",
        "seen_version": 0,
        "actor": make.staff(organisation),
        "now": NOW,
        **how,
    }
    return looks.change_look(organisation=organisation, **given)


def test_a_seal_is_checked_kept_and_printed() -> None:
    organisation = make.organisation()
    look = change(organisation, seal=io.BytesIO(png()), seal_name="직인.png")
    assert look.seal is not None
    assert "data:image/png;base64," in looks.seal_of(look.issuer, look.seal)
    assert looks.preview(snapshot_of=looks.snapshot(look, organisation), seal=look.seal)[:4] == b"\x89PNG"
    assert change(organisation, seen_version=1, drop_seal=True).seal is None


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7 x", png()[:60], b"x" * 2_000_000],
)
def test_what_is_no_picture_is_refused_and_nothing_kept(content: bytes) -> None:
    organisation = make.organisation()
    with pytest.raises(Invalid) as refused:
        change(organisation, seal=io.BytesIO(content), seal_name="직인.png")
    assert "seal" in refused.value.fields
    assert not CertificateLook.objects.exists()
    assert not StoredFile.objects.exists()


def test_only_staff_and_only_on_the_latest_page() -> None:
    organisation = make.organisation()
    with pytest.raises(NotAllowed):
        change(organisation, actor=make.person())
    with pytest.raises(Invalid):
        change(organisation, issuer=" ")
    with pytest.raises(Invalid):
        change(organisation, sentence="가" * 201)
    change(organisation)
    with pytest.raises(Refused, match="그 사이에"):
        change(organisation, seen_version=0, issuer="다른 이름")
    assert looks.look_of(organisation).issuer == "가온시평생학습관장"


def test_a_batch_keeps_the_look_it_was_ordered_in() -> None:
    run, staff, completions = a_class("한가람")
    change(run.organisation, actor=staff)
    batch = batches.start(
        run=run,
        completion_ids=[completions[0].pk],
        order=batches.Order(),
        request_key="a",
        actor=staff,
        now=NOW,
    )
    change(run.organisation, actor=staff, seen_version=1, issuer="새 관장")
    list(batches.make_next(batch_id=batch.pk, now=NOW))
    assert batch.certificates.get().content["issuer"] == "가온시평생학습관장"
    assert batch.certificates.get().content["representative"] == "강마루"
