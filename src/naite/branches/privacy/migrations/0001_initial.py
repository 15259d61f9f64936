import django.db.models.deletion
import naite.roots.first_tables
import naite.roots.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '__first__'),
    ]

    operations = [
        naite.roots.first_tables.FirstTables(
            creations=[
                migrations.CreateModel(
                    name='ConsentText',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('purpose', models.CharField(choices=[('terms', '이용약관'), ('privacy', '개인정보 수집·이용'), ('news', '강좌 소식 받기')], max_length=20)),
                        ('version', models.PositiveSmallIntegerField()),
                        ('title', models.CharField(max_length=120)),
                        ('body', models.TextField()),
                        ('required', models.BooleanField()),
                        ('valid_from', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('purpose', 'version'), name='privacy_consent_text_version')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Consent',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to=settings.AUTH_USER_MODEL)),
                        ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='privacy.consenttext')),
                        ('given_at', models.DateTimeField()),
                        ('given_by', models.ForeignKey(help_text='the guardian who agreed for a child', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('by_guardian', models.BooleanField(default=False, help_text='asked anew on the 14th birthday')),
                        ('on_paper', models.BooleanField(default=False, help_text='signed at a desk, entered by staff')),
                        ('withdrawn_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('person', 'text'), name='privacy_consent_live_once')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='DataRequest',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='data_requests', to=settings.AUTH_USER_MODEL)),
                        ('kind', models.CharField(choices=[('access', '내 정보를 보여 주세요 (열람)'), ('correction', '틀린 것을 고쳐 주세요 (정정)'), ('erasure', '지워 주세요 (삭제)'), ('suspension', '쓰지 말아 주세요 (처리정지)')], max_length=12)),
                        ('text', models.TextField()),
                        ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('asked_at', models.DateTimeField()),
                        ('due_on', models.DateField(help_text='the last day for the answer')),
                        ('state', models.CharField(choices=[('open', '기다림'), ('postponed', '미룸'), ('done', '해 드림'), ('partly', '일부만 해 드림'), ('declined', '할 수 없음'), ('withdrawn', '거두어들임')], default='open', max_length=12)),
                        ('postponed_because', models.TextField(blank=True)),
                        ('answer', models.TextField(blank=True)),
                        ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('answered_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['state', 'due_on'], name='privacy_dat_state_282c2b_idx'), models.Index(fields=['person', 'asked_at'], name='privacy_dat_person__47bd02_idx')],
                        'constraints': [],
                    },
                ),
            ],
        ),
    ]
