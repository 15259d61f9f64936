"""Filling an empty database."""

from django.db import transaction
from django.utils import timezone

from naite.branches.privacy import queries as privacy_queries
from naite.branches.privacy import services as privacy
from naite.flows.demo import (
    awards,
    badge_life,
    completions,
    issuers,
    plans,
    recognition_committee,
    recognition_panels,
    recognition_rounds,
    registry,
)
from naite.flows.demo.cast import assemble
from naite.flows.demo.certificates import hand_out
from naite.flows.demo.counselling import counselling
from naite.flows.demo.designs import on_the_desk
from naite.flows.demo.desk import serve_at_the_desk
from naite.flows.demo.listings import upload
from naite.flows.demo.oversight import watch_over
from naite.flows.demo.portfolios import compose_portfolio
from naite.flows.demo.sections import write_sections
from naite.flows.demo.teaching import publish, replay_history
from naite.flows.demo.today import (
    class_in_session,
    completion_to_decide,
    mapo_lectures,
    open_doors,
    own_words,
    seen_badges,
)
from naite.flows.demo.use import apply_elsewhere, plan_ahead, receive_request, send_packages
from naite.trunk.people.models import Organisation


def is_empty() -> bool:
    """Whether nothing has been entered into this installation yet."""
    return not Organisation.objects.exists()


def load() -> None:
    """Make the demo world in one transaction: all of it or nothing. Dates are relative to now."""
    now = timezone.now()
    with transaction.atomic():
        cast = assemble()
        texts = [text for text in privacy_queries.current_texts(now=now) if text.required]
        for person in cast.people.values():
            privacy.give_consents(person=person, texts=texts, actor=person, now=now)
        school = publish(cast)
        replay_history(school)
        own_words(school)
        awards.pilot(cast, now=now)
        on_the_desk(cast, now=now)
        write_sections(cast, now=now)
        seen_badges(now=now)
        send_packages(cast, now=now)
        receive_request(cast, now=now)
        badge_life.badge_that_ends(cast, now=now)
        badge_life.endorsed_badge(cast, now=now)
        issuers.decide_about_others(cast, now=now)
        compose_portfolio(cast, now=now)
        apply_elsewhere(cast, now=now)
        open_doors(school, now=now)
        class_in_session(school, now=now)
        completion_to_decide(school, now=now)
        mapo_lectures(school, now=now)
        hand_out(now=now)
        upload(cast, now=now)
        plan_ahead(cast, now=now)
        serve_at_the_desk(cast, now=now)
        counselling(cast, now=now)
        completions.upload(cast, now=now)
        rounds = recognition_rounds.play(school, now=now)
        recognition_panels.play(rounds, cast, now=now)
        recognition_committee.play(rounds, cast, now=now)
        watch_over(school, now=now)
        registry.play(cast, now=now)
        plans.play(cast, now=now)
