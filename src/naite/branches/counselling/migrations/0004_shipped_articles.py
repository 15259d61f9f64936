from django.db import migrations
from django.utils import timezone

from naite.branches.counselling.shipped import load


def fill(apps, schema_editor):
    load(
        apps.get_model("counselling", "Article"),
        apps.get_model("counselling", "ArticleVersion"),
        timezone.now(),
    )


class Migration(migrations.Migration):
    dependencies = [("counselling", "0003_articles")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
