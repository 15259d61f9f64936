"""The words that people's confirmations taught."""

from typing import ClassVar

from django.db import models


class LearnedWord(models.Model):
    """How often a word of a title stood for a class that somebody confirmed."""

    scheme = models.CharField(max_length=8)
    word = models.CharField(max_length=40)
    code = models.CharField(max_length=24)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "word", "code"], name="catalogue_learned_word_once")
        ]
