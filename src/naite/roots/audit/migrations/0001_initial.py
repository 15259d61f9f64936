import django.db.models.deletion
import naite.roots.first_tables
import naite.roots.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        naite.roots.first_tables.FirstTables(
            creations=[
                migrations.CreateModel(
                    name='Seal',
                    fields=[
                        ('number', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                        ('sealed_at', models.DateTimeField()),
                        ('event_count', models.PositiveIntegerField()),
                        ('digest', models.BinaryField(max_length=32)),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='AuditEvent',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                        ('actor_id', models.UUIDField(null=True)),
                        ('role', models.CharField(blank=True, max_length=80)),
                        ('place', models.CharField(blank=True, max_length=64)),
                        ('action', models.CharField(max_length=80)),
                        ('subject_type', models.CharField(blank=True, max_length=60)),
                        ('subject_id', models.CharField(blank=True, max_length=80)),
                        ('data_subject_id', models.UUIDField(null=True)),
                        ('detail', models.JSONField(default=dict)),
                        ('seal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='audit.seal')),
                        ('position', models.PositiveIntegerField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['subject_type', 'subject_id', 'at'], name='audit_audit_subject_7c9afd_idx'), models.Index(fields=['data_subject_id', 'at'], name='audit_audit_data_su_29e9cb_idx'), models.Index(fields=['at'], name='audit_audit_at_c42b4b_idx')],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='AboutPerson',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subjects', to='audit.auditevent')),
                        ('person_id', models.UUIDField()),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['person_id', 'at'], name='audit_about_person__7370a4_idx')],
                        'constraints': [],
                    },
                ),
            ],
        ),
    ]
