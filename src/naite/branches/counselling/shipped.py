"""The help that every installation starts with, read from ``content/``; editors publish versions of their own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).with_name("content")


@dataclass(frozen=True, slots=True)
class Shipped:
    kind: str
    slug: str
    position: int
    category: str
    title: str
    title_en: str
    body: str
    body_en: str


def shipped() -> list[Shipped]:
    """Return the shipped articles; a file's name is its place and address name, its parts are split by ---."""
    found = []
    for kind in ("guide", "faq"):
        for file in sorted((CONTENT / kind).glob("*.md")):
            head, body, body_en = file.read_text(encoding="utf-8").split("\n---\n")
            facts = dict(line.split(": ", 1) for line in head.splitlines())
            place, _dash, slug = file.stem.partition("-")
            found.append(
                Shipped(
                    kind,
                    slug,
                    int(place),
                    facts.get("category", ""),
                    facts["title"],
                    facts["title_en"],
                    body.strip(),
                    body_en.strip(),
                )
            )
    return found


def load(article_model: Any, version_model: Any, now: Any) -> int:
    """Write the shipped articles that are not there yet as published first versions; return how many.

    Takes the models so that a migration can pass those of its own time. Safe to repeat: an article that is
    there, however edited since, is left alone.
    """
    made = 0
    for item in shipped():
        article, fresh = article_model.objects.get_or_create(
            slug=item.slug,
            defaults={
                "kind": item.kind,
                "category_id": item.category or None,
                "position": item.position,
                "created_at": now,
            },
        )
        if not fresh:
            continue
        article.current = version_model.objects.create(
            article=article,
            number=1,
            title=item.title,
            body=item.body,
            title_en=item.title_en,
            body_en=item.body_en,
            changed_at=now,
            published_at=now,
        )
        article.save()
        made += 1
    return made
