import django.db.models.deletion
import naite.roots.first_tables
import naite.roots.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('records', '0001_initial'),
    ]

    operations = [
        naite.roots.first_tables.FirstTables(
            creations=[
                migrations.CreateModel(
                    name='Plan',
                    fields=[
                        ('pk', models.CompositePrimaryKey('account_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='records.learningaccount')),
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False)),
                        ('title', models.CharField(max_length=120, verbose_name='목표')),
                        ('job_code', models.CharField(blank=True, max_length=8)),
                        ('units', models.JSONField(default=list, help_text='[{code, name}] as they were when chosen')),
                        ('target_on', models.DateField(null=True, verbose_name='언제까지')),
                        ('version', models.PositiveIntegerField(default=1, help_text='grows with every change')),
                        ('created_at', models.DateTimeField()),
                        ('dropped_at', models.DateTimeField(null=True)),
                        ('shared_with', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                        ('shared_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['account', 'created_at'], name='design_plan_account_266be3_idx'), models.Index(fields=['shared_with', 'shared_at'], name='design_plan_shared__ec5f36_idx')],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='PlanStep',
                    fields=[
                        ('pk', models.CompositePrimaryKey('account_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.learningaccount')),
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False)),
                        ('plan_id', models.UUIDField()),
                        ('title', models.CharField(max_length=200)),
                        ('provider_name', models.CharField(blank=True, max_length=120)),
                        ('unit_code', models.CharField(blank=True, max_length=24)),
                        ('why', models.CharField(blank=True, max_length=300)),
                        ('listing_id', models.UUIDField(null=True)),
                        ('course_id', models.UUIDField(null=True)),
                        ('target_on', models.DateField(null=True)),
                        ('ticked_on', models.DateField(help_text='said to be done by the learner', null=True)),
                        ('added_at', models.DateTimeField()),
                        ('told_at', models.DateTimeField(help_text='when its registration opened, or was open already', null=True)),
                        ('removed_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['account', 'plan_id'], name='design_plan_account_dd4dde_idx'), models.Index(condition=models.Q(('removed_at', None), ('told_at', None)), fields=['listing_id'], name='design_step_waiting')],
                        'constraints': [],
                    },
                ),
            ],
        ),
    ]
