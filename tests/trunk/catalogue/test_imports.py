"""Taking in files of listings: what comes in, what changes, what never doubles."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests import factories as make
from tests.standard_rows import as_csv, as_xlsx, row

from naite.flows.import_listings import apply_import, import_listings
from naite.roots.errors import NotAllowed, Refused
from naite.roots.ids import new_id
from naite.trunk.catalogue import imports
from naite.trunk.catalogue.import_plan import Plan, plan
from naite.trunk.catalogue.models import ImportBatch, Listing
from naite.trunk.catalogue.search_index import listings_matching
from naite.trunk.catalogue.standard_file import Row, Table, Unreadable, read_table
from naite.trunk.people.models import Organisation, Person, Role

SAMPLE = Path(imports.__file__).with_name("data") / "sample_standard_file.csv"
State = ImportBatch.State
BIG = 20 * 1024 * 1024


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }


@pytest.fixture
def home(db: None) -> Organisation:
    return make.organisation()


def take_in(home: Organisation, *rows: list[str], content: bytes = b"") -> ImportBatch:
    """Upload rows as a file and apply them."""
    batch = imports.receive(
        supplier=home,
        content=content or as_csv(*rows).encode(),
        file_name="강좌.csv",
        actor=None,
        now=make.NOW,
    )
    return finish(apply_import(batch_id=batch.pk, actor=None, now=make.NOW))


def finish(batch: ImportBatch) -> ImportBatch:
    for done in imports.apply_next(batch_id=batch.pk, now=make.NOW):
        batch = done
    return batch


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    return batch.created_count, batch.updated_count, batch.unchanged_count, batch.rejected_count


@pytest.mark.req("X2", "rule")
def test_a_row_becomes_a_listing_that_search_finds(home: Organisation) -> None:
    batch = take_in(home, row())
    listing = Listing.objects.get()
    assert (batch.state, counts(batch)) == (State.APPLIED, (1, 0, 0, 0))
    assert (listing.supplier, listing.batch, listing.source) == (home, batch, "standard_file")
    assert listing.region is not None and listing.region.full_name == "서울특별시 마포구"
    assert listing.registration_opens_at is not None and listing.registration_closes_at is not None
    assert listing.registration_opens_at.isoformat() == "2026-11-15T15:00:00+00:00"
    # The last day counts whole: closing is the midnight after it, in Seoul.
    assert listing.registration_closes_at.isoformat() == "2026-11-27T15:00:00+00:00"
    assert (listing.category, listing.area, listing.run_id) == ("", "", None)
    assert list(listings_matching("도예")) == [listing]


@pytest.mark.req("X2", "rule")
def test_importing_again_changes_nothing_and_doubles_nothing(home: Organisation) -> None:
    rows = [row(), row(강좌명="둘째"), row(교육시작시각="14:00", 교육종료시각="16:00")]
    take_in(home, *rows)
    before = list(Listing.objects.order_by("id").values())
    assert counts(take_in(home, *reversed(rows))) == (0, 0, 3, 0)
    assert list(Listing.objects.order_by("id").values()) == before


@pytest.mark.req("X2", "rule")
@pytest.mark.parametrize(
    "changed",
    [
        {"강좌정원수": "15"},
        {"수강료": "40,000원"},
        {"강사명": "새 강사"},
        {"접수종료일자": "2026-11-30"},
        {"교육종료일자": "2027-03-02"},
        {"강좌내용": "도자기"},
        {"교육장도로명주소": "부산광역시 해운대구 달맞이로 7"},
        {"교육시작시각": "10:30"},
        {"교육시작시각": "", "교육종료시각": ""},
        {"운영요일": "화요일+목요일"},
        {"강좌명": "처음  만나는 도예"},
    ],
)
def test_a_correction_updates_the_same_listing(home: Organisation, changed: dict[str, str]) -> None:
    take_in(home, row())
    first = Listing.objects.get()
    batch = take_in(home, row(**changed))
    again = Listing.objects.get()
    assert again.pk == first.pk
    if changed != {"강좌명": "처음  만나는 도예"}:  # spaces are no change
        assert counts(batch) == (0, 1, 0, 0)
        assert again.content_digest != first.content_digest
    assert counts(take_in(home, row(**changed))) == (0, 0, 1, 0)


@pytest.mark.req("X2", "rule")
def test_two_classes_of_one_course_stay_two(home: Organisation) -> None:
    morning, evening = row(), row(교육시작시각="19:00", 교육종료시각="21:00")
    assert counts(take_in(home, morning, evening)) == (2, 0, 0, 0)
    # With two of the name, a new hour is a third class and not one of the two.
    third = row(교육시작시각="14:00", 교육종료시각="16:00")
    assert counts(take_in(home, morning, evening, third)) == (1, 0, 2, 0)


def test_what_an_institution_said_of_a_listing_survives_the_next_import(home: Organisation) -> None:
    take_in(home, row())
    Listing.objects.update(category="arts_culture", area="self_growth", sub_area="arts")
    take_in(home, row(강좌정원수="15"))
    listing = Listing.objects.get()
    assert (listing.category, listing.area, listing.capacity) == ("arts_culture", "self_growth", 15)


def test_a_listing_that_became_a_run_is_left_as_it_is(home: Organisation) -> None:
    take_in(home, row())
    Listing.objects.update(run_id=new_id(), capacity=30)
    assert counts(take_in(home, row(강좌정원수="15"))) == (0, 0, 1, 0)
    assert Listing.objects.get().capacity == 30


def test_a_listing_that_was_withdrawn_comes_back_with_the_next_file(home: Organisation) -> None:
    take_in(home, row())
    Listing.objects.update(withdrawn_at=make.NOW)
    found = _plan(home, row())
    assert [(each.before, each.after) for each in found.updated[0].changes] == [("내림", "다시 올림")]
    assert counts(take_in(home, row())) == (0, 1, 0, 0)
    assert list(listings_matching("도예")) == [Listing.objects.get(withdrawn_at=None)]


def test_suppliers_do_not_mix(home: Organisation) -> None:
    take_in(home, row())
    assert counts(take_in(make.organisation("이웃 기관"), row())) == (1, 0, 0, 0)
    assert Listing.objects.count() == 2


@pytest.mark.req("X2", "refusal")
def test_rejected_rows_name_row_column_value_and_reason(home: Organisation) -> None:
    batch = take_in(home, row(강좌명="첫째"), row(강좌정원수="0"), row(강좌명="첫째"), [*row(), "넘친 칸"])
    assert counts(batch) == (1, 0, 0, 3)
    assert [(cell["row"], cell["column"], cell["value"]) for cell in batch.rejected] == [
        (3, "강좌정원수", "0"),
        (4, "강좌명", "첫째"),
        (5, "", ""),
    ]
    assert batch.rejected[1]["reason"].startswith("2행과 같은 강좌입니다")
    assert "큰따옴표" in batch.rejected[2]["reason"]
    assert Listing.objects.count() == 1


def test_a_plan_tells_what_changes_and_writes_nothing(home: Organisation) -> None:
    take_in(home, row())
    found = _plan(home, row(강좌정원수="15", 운영요일="화,목", 접수종료일자="2026-11-30"), row(강좌명="새로"))
    assert [(str(each.label), each.before, each.after) for each in found.updated[0].changes] == [
        ("운영요일", "화", "화·목"),
        ("강좌정원수", "12", "15"),
        ("접수종료일자", "2026-11-27", "2026-11-30"),
    ]
    assert (len(found.created), found.row_count) == (1, 2)
    assert Listing.objects.count() == 1


def _plan(home: Organisation, *rows: list[str]) -> Plan:
    return plan(read_table(as_csv(*rows).encode(), max_bytes=BIG), supplier=home, now=make.NOW)


def test_a_preview_writes_no_listing_and_is_read_back(home: Organisation) -> None:
    batch = imports.receive(
        supplier=home,
        content=as_xlsx(row(), row(강좌정원수="0")),
        file_name="C:\\강좌\\가을.xlsx",
        actor=None,
        now=make.NOW,
    )
    assert (batch.state, batch.file_name, batch.encoding, counts(batch)) == (
        State.PREVIEW,
        "가을.xlsx",
        "xlsx",
        (1, 0, 0, 1),
    )
    rows, total = imports.rows_of(batch, outcomes=[imports.REJECTED], start=0, count=10)
    assert total == 1
    assert (rows[0].number, rows[0].problems[0]["column"], rows[0].cells[11]) == (3, "강좌정원수", "0")
    assert not Listing.objects.exists()


@pytest.mark.req("X2", "refusal")
def test_an_unreadable_file_leaves_a_line_in_the_history_and_nothing_else(home: Organisation) -> None:
    take_in(home, row())
    with pytest.raises(Unreadable):
        take_in(home, content="이름,나이\n가람,3".encode())
    failed = ImportBatch.objects.get(state=State.FAILED)
    assert failed.failure.startswith("표준 양식의 머리글이 없습니다")
    assert (failed.file_path, Listing.objects.count()) == ("", 1)


def test_an_upload_without_a_good_row_cannot_be_applied(home: Organisation) -> None:
    with pytest.raises(Refused, match="반영할 수 있는 행이 없습니다"):
        take_in(home, row(강좌정원수="0"))


def test_the_register_may_have_changed_since_the_preview(home: Organisation) -> None:
    early = imports.receive(
        supplier=home, content=as_csv(row()).encode(), file_name="a.csv", actor=None, now=make.NOW
    )
    take_in(home, row())
    assert early.created_count == 1
    late = apply_import(batch_id=early.pk, actor=None, now=make.NOW)
    assert counts(late) == (0, 0, 1, 0)
    assert Listing.objects.count() == 1


def test_applying_twice_is_applying_once(home: Organisation) -> None:
    batch = take_in(home, row())
    assert counts(apply_import(batch_id=batch.pk, actor=None, now=make.NOW)) == (1, 0, 0, 0)
    assert Listing.objects.count() == 1


@pytest.mark.req("X2", "refusal")
@pytest.mark.parametrize("act", ["receive", "apply", "drop"])
@pytest.mark.parametrize(
    "who",
    [
        lambda home: make.person(),
        lambda home: make.staff(make.organisation("이웃 기관")),
        lambda home: make.staff(home, Role.INSTRUCTOR),
    ],
    ids=["learner", "neighbour", "instructor"],
)
def test_only_the_suppliers_staff_may(
    home: Organisation, act: str, who: Callable[[Organisation], Person]
) -> None:
    content, actor = as_csv(row()).encode(), who(home)
    batch = imports.receive(
        supplier=home, content=content, file_name="a.csv", actor=make.staff(home), now=make.NOW
    )
    with pytest.raises(NotAllowed):
        if act == "receive":
            imports.receive(supplier=home, content=content, file_name="a.csv", actor=actor, now=make.NOW)
        elif act == "apply":
            apply_import(batch_id=batch.pk, actor=actor, now=make.NOW)
        else:
            imports.drop(batch_id=batch.pk, actor=actor, now=make.NOW)
    assert (ImportBatch.objects.get().state, Listing.objects.count()) == (State.PREVIEW, 0)


def test_an_officer_of_a_municipality_uploads_for_it(home: Organisation) -> None:
    officer = make.staff(home, Role.LOCAL_OFFICER)
    batch = imports.receive(
        supplier=home, content=as_csv(row()).encode(), file_name="a.csv", actor=officer, now=make.NOW
    )
    assert apply_import(batch_id=batch.pk, actor=officer, now=make.NOW).state == State.APPLIED


# --- large uploads -----------------------------------------------------------------------------------------


@pytest.fixture
def chunks_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 2)
    monkeypatch.setattr(imports, "CHUNK", 3)


def ten(home: Organisation) -> ImportBatch:
    """Upload nine good rows and a bad one, some of them known."""
    take_in(home, row(강좌명="강좌 3"), row(강좌명="강좌 4", 강좌정원수="99"))
    rows = [row(강좌명=f"강좌 {n}", 강좌정원수="0" if n == 5 else "12") for n in range(10)]
    batch = imports.receive(
        supplier=home, content=as_csv(*rows).encode(), file_name="a.csv", actor=None, now=make.NOW
    )
    return apply_import(batch_id=batch.pk, actor=None, now=make.NOW)


TEN = (7, 1, 1, 1)


@pytest.mark.usefixtures("chunks_of_three")
def test_a_large_upload_is_left_to_a_task_that_finishes_it(home: Organisation) -> None:
    batch = ten(home)
    assert batch.state == State.APPLYING
    task = DBTaskResult.objects.get()
    assert task.args_kwargs["kwargs"] == {"batch_id": str(batch.pk)}
    assert import_listings.call(batch_id=str(batch.pk)) == 10
    batch.refresh_from_db()
    assert (batch.state, counts(batch)) == (State.APPLIED, TEN)
    assert import_listings.call(batch_id=str(batch.pk)) == 0
    assert Listing.objects.count() == 9


@pytest.mark.usefixtures("chunks_of_three")
@pytest.mark.parametrize("killed_after", [0, 1, 2, 3])
def test_a_killed_task_is_gone_on_with_and_its_numbers_still_add_up(
    home: Organisation, killed_after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = ten(home)
    index, calls = imports.index_listings, iter(range(10))

    def dies(ids: Any) -> None:
        if next(calls) == killed_after:
            raise KeyboardInterrupt
        index(ids)

    monkeypatch.setattr(imports, "index_listings", dies)
    with pytest.raises(KeyboardInterrupt):
        finish(batch)
    batch.refresh_from_db()
    assert batch.done_rows == killed_after * 3
    monkeypatch.setattr(imports, "index_listings", index)
    finish(batch)
    batch.refresh_from_db()
    assert (batch.state, counts(batch), Listing.objects.count()) == (State.APPLIED, TEN, 9)
    assert all(listings_matching(f"강좌 {n}") for n in (0, 9))


@pytest.mark.usefixtures("chunks_of_three")
def test_cancelling_keeps_what_was_applied_and_leaves_the_rest(home: Organisation) -> None:
    batch, someone = ten(home), make.staff(home)
    going = imports.apply_next(batch_id=batch.pk, now=make.NOW)
    next(going)
    imports.drop(batch_id=batch.pk, actor=someone, now=make.NOW)
    assert list(going) == []
    batch.refresh_from_db()
    assert (batch.state, batch.done_rows, Listing.objects.count()) == (State.DROPPED, 3, 5)
    with pytest.raises(Refused, match="그만둔 올리기"):
        apply_import(batch_id=batch.pk, actor=someone, now=make.NOW)


@pytest.mark.usefixtures("chunks_of_three")
def test_a_second_upload_waits_until_the_first_is_applied(home: Organisation) -> None:
    ten(home)
    with pytest.raises(Refused, match="먼저 올린 파일을 반영하는 중"):
        take_in(home, row())


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("chunks_of_three")
def test_two_workers_on_one_upload_double_nothing() -> None:
    batch = ten(make.organisation())
    failures: list[BaseException] = []

    def work() -> None:
        try:
            finish(batch)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    batch.refresh_from_db()
    assert failures == []
    assert (batch.state, counts(batch), Listing.objects.count()) == (State.APPLIED, TEN, 9)


# --- the sample that the repository carries ----------------------------------------------------------------


@pytest.mark.req("X2", "rule")
def test_the_sample_comes_in_but_for_the_rows_made_to_fail(home: Organisation) -> None:
    batch = take_in(home, content=SAMPLE.read_bytes())
    assert counts(batch) == (55, 0, 0, 6)
    assert [(cell["row"], cell["column"]) for cell in batch.rejected] == [
        (57, "강좌정원수"),
        (58, "교육시작일자"),
        (59, "접수종료일자"),
        (60, "강좌명"),
        (61, "강좌명"),
        (62, "운영요일"),
        (62, "수강료"),
    ]
    regions = set(Listing.objects.values_list("region__parent__name", flat=True))
    assert {"서울특별시", "부산광역시", "강원특별자치도", "전남광주통합특별시", "제주특별자치도"} <= regions
    assert None not in regions
    assert Listing.objects.filter(always_open=True).count() == 3
    assert counts(take_in(home, content=SAMPLE.read_bytes())) == (0, 0, 55, 6)


class AnyFile(TestCase):
    """Whatever a file holds, every row stands in exactly one list, and importing again creates nothing."""

    @settings(max_examples=25)
    @given(
        st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "강좌명": st.sampled_from(["요가", "도예", ""]),
                    "교육시작시각": st.sampled_from(["09:00", "10:00", ""]),
                    "운영요일": st.sampled_from(["월", "화", ""]),
                    "교육장소": st.sampled_from(["1관", "2관"]),
                    "강좌정원수": st.sampled_from(["10", "0", "11"]),
                },
            ),
            min_size=1,
            max_size=8,
        ),
        st.randoms(use_true_random=False),
    )
    def test_importing_again_in_any_order_creates_nothing(
        self, rows: list[dict[str, str]], chance: Any
    ) -> None:
        home = make.organisation()
        table = [Row(number, row(**changed), 0) for number, changed in enumerate(rows, start=2)]
        found = plan(Table(table, "utf-8"), supplier=home, now=make.NOW)
        assert found.row_count == len(rows)
        good = {each.row for each in found.created}
        assert good.isdisjoint(found.rejected_rows)
        for each in found.created:
            Listing.objects.create(
                id=new_id(),
                supplier=home,
                source="standard_file",
                source_key=each.key,
                content_digest=each.digest,
                created_at=make.NOW,
                updated_at=make.NOW,
                **each.values,
            )
        chance.shuffle(table)
        again = plan(Table(table, "utf-8"), supplier=home, now=make.NOW)
        assert again.created == []
        # Of rows that are the same class only the first comes in, so another order may change its content.
        assert len(again.updated) + len(again.unchanged) == len(good)
