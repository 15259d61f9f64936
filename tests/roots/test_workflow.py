import pytest
from tests import factories as make

from naite.roots.errors import Refused
from naite.roots.workflow import Step, Workflow
from naite.trunk.delivery.models import Enrolment
from naite.trunk.delivery.workflow import ENROLMENT


@pytest.mark.django_db
def test_a_move_changes_exactly_one_row_in_the_right_state() -> None:
    row = Enrolment.objects.create(
        run=make.run(), person=make.person(), number=1, state="waiting", applied_at=make.NOW
    )
    other = Enrolment.objects.get(pk=row.pk)
    ENROLMENT.move(row, "move_up", confirmed_at=make.NOW)
    assert (row.state, row.confirmed_at) == ("confirmed", make.NOW)
    with pytest.raises(Refused) as refused:
        ENROLMENT.move(other, "move_up", confirmed_at=make.NOW)
    assert refused.value.code == "moved_meanwhile"
    assert ENROLMENT.allows("cancel", "confirmed")
    assert not ENROLMENT.allows("pay", "confirmed")


def test_the_table_draws_itself_and_names_are_unique() -> None:
    assert "awaiting_payment --> confirmed: pay" in ENROLMENT.mermaid()
    with pytest.raises(ValueError, match="one name"):
        Workflow(Step("go", ("a",), "b"), Step("go", ("b",), "c"))
