"""Bring the categories of questions, the days of reply and the shipped help into every database."""

from datetime import date

from django.db import migrations
from django.utils import timezone

from naite.branches.counselling.shipped import load
from naite.branches.counselling.texts import (
    CATEGORIES,
    REMIND_DAYS,
    REPLY_DAYS,
    REPLY_SOURCE,
)


def questions(apps, schema_editor):
    category = apps.get_model("counselling", "QuestionCategory")
    for position, (key, name, name_en) in enumerate(CATEGORIES, start=1):
        category.objects.get_or_create(
            key=key, defaults={"name": name, "name_en": name_en, "position": position}
        )
    apps.get_model("counselling", "ReplyRule").objects.get_or_create(
        category=None,
        valid_from=date(2010, 1, 1),
        defaults={
            "working_days": REPLY_DAYS,
            "count_first_day": True,
            "remind_days": REMIND_DAYS,
            "source": REPLY_SOURCE,
        },
    )


def articles(apps, schema_editor):
    load(
        apps.get_model("counselling", "Article"),
        apps.get_model("counselling", "ArticleVersion"),
        timezone.now(),
    )


class Migration(migrations.Migration):
    dependencies = [("counselling", "0001_initial")]

    operations = [
        migrations.RunPython(questions, migrations.RunPython.noop),
        migrations.RunPython(articles, migrations.RunPython.noop),
    ]
