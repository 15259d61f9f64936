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
                    name='Message',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('channel', models.CharField(choices=[('mail', '전자우편'), ('sms', '문자'), ('letter', '편지·전화')], default='mail', max_length=12)),
                        ('person_id', models.UUIDField(null=True)),
                        ('address', models.CharField(blank=True, help_text='empty for letters', max_length=254)),
                        ('subject', models.CharField(max_length=300)),
                        ('body', models.TextField()),
                        ('html', models.TextField(blank=True)),
                        ('created_at', models.DateTimeField()),
                        ('due_at', models.DateTimeField()),
                        ('sent_at', models.DateTimeField(null=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('last_error', models.CharField(blank=True, max_length=300)),
                        ('dedupe_key', models.CharField(max_length=160, null=True, unique=True)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('sent_at', None)), fields=['due_at'], name='notices_unsent'), models.Index(fields=['-created_at'], name='notices_mes_created_6ac881_idx')],
                        'constraints': [],
                    },
                ),
            ],
        ),
    ]
