"""Numbers that follow one another."""

from django.db import models


class NumberSeries(models.Model):
    """The last number given in a series, such as the recognition numbers of a year.

    The row is locked while a number is taken, so numbers have neither doubles nor gaps.
    """

    key = models.CharField(primary_key=True, max_length=80)
    last = models.PositiveIntegerField(default=0)
