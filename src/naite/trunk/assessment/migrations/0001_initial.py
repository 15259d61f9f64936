import django.db.models.deletion
import naite.roots.first_tables
import naite.roots.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('delivery', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        naite.roots.first_tables.FirstTables(
            creations=[
                migrations.CreateModel(
                    name='Completion',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='completions', to='delivery.enrolment')),
                        ('outcome', models.CharField(choices=[('completed', '수료'), ('not_completed', '미수료')], max_length=14)),
                        ('reason', models.CharField(blank=True, max_length=300)),
                        ('attended_sessions', models.PositiveSmallIntegerField()),
                        ('counted_sessions', models.PositiveSmallIntegerField()),
                        ('attendance_rate', models.DecimalField(decimal_places=2, help_text='percent', max_digits=5)),
                        ('score', models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                        ('hours', models.DecimalField(decimal_places=1, max_digits=6)),
                        ('decided_at', models.DateTimeField()),
                        ('completed_on', models.DateField()),
                        ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('superseded_at', models.DateTimeField(null=True)),
                        ('supersede_reason', models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('superseded_at', None)), fields=('enrolment',), name='assessment_completion_live_once')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Result',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='delivery.enrolment')),
                        ('score', models.DecimalField(decimal_places=2, max_digits=5)),
                        ('comment', models.TextField(blank=True)),
                        ('graded_at', models.DateTimeField()),
                        ('graded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('superseded_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('superseded_at', None)), fields=('enrolment',), name='assessment_result_live_once'), models.CheckConstraint(condition=models.Q(('score__gte', 0), ('score__lte', 100)), name='assessment_score_of_hundred')],
                        'indexes': [],
                    },
                ),
            ],
        ),
    ]
