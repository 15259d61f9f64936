from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from tests import factories as make

from naite.roots.errors import Refused
from naite.roots.ids import new_id
from naite.trunk.catalogue.models import Listing
from naite.trunk.catalogue.run_listing import (
    RunListing,
    put_run_listing,
    put_run_seats,
    withdraw_run_listing,
)

pytestmark = pytest.mark.django_db


def facts(**changes: object) -> RunListing:
    version = make.version()
    plain = RunListing(
        run_id=new_id(),
        organisation=version.course.organisation,
        course_version=version,
        title=version.title,
        instructor="배시우",
        mode="offline",
        region=make.region(),
        place="203호",
        address="",
        starts_on=date(2026, 11, 26),
        ends_on=date(2026, 12, 3),
        start_time=time(19),
        end_time=time(21),
        weekdays=0b1000,
        registration_opens_at=make.NOW,
        registration_closes_at=make.NOW + timedelta(days=1),
        capacity=20,
        seats_taken=0,
        waiting=0,
        takes_waiting=True,
        fee=0,
        selection="first_come",
        recognised=False,
    )
    return replace(plain, **changes)


@pytest.mark.req("A22", "rule")
def test_a_run_has_one_listing_that_follows_it() -> None:
    listing = facts()
    first = put_run_listing(listing=listing, now=make.NOW)
    assert (first.source, first.area, first.supplier) == (
        Listing.Source.NAITE,
        listing.course_version.area,
        listing.organisation,
    )
    later = make.NOW + timedelta(hours=1)
    again = put_run_listing(listing=replace(listing, place="체육관", capacity=25), now=later)
    assert again.pk == first.pk
    assert (again.place, again.capacity, again.created_at, again.updated_at) == (
        "체육관",
        25,
        make.NOW,
        later,
    )
    put_run_seats(run_id=listing.run_id, seats_taken=25, waiting=3)
    first.refresh_from_db()
    assert (first.seats_taken, first.waiting) == (25, 3)
    withdraw_run_listing(run_id=listing.run_id, now=later)
    withdraw_run_listing(run_id=listing.run_id, now=later + timedelta(days=1))
    first.refresh_from_db()
    assert first.withdrawn_at == later


@pytest.mark.req("X2", "rule")
def test_a_listing_from_a_file_is_taken_over_once_and_keeps_its_source() -> None:
    supplier = make.organisation("자료 제공 기관")
    imported = Listing.objects.create(
        source=Listing.Source.STANDARD_FILE,
        source_key="k1",
        supplier=supplier,
        provider_name="가온시평생학습관",
        title="마을 기록가",
        created_at=make.NOW,
        updated_at=make.NOW,
    )
    listing = facts()
    taken = put_run_listing(listing=listing, now=make.NOW, taking_over=imported.pk)
    assert taken.pk == imported.pk
    assert (taken.source, taken.source_key, taken.supplier) == (Listing.Source.STANDARD_FILE, "k1", supplier)
    assert (taken.run_id, taken.title) == (listing.run_id, listing.title)
    with pytest.raises(Refused) as refused:
        put_run_listing(listing=facts(), now=make.NOW, taking_over=imported.pk)
    assert refused.value.code == "listing_taken"
