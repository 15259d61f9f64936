import django.db.models.deletion
import naite.roots.first_tables
import naite.roots.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        naite.roots.first_tables.FirstTables(
            creations=[
                migrations.CreateModel(
                    name='CourseRun',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='catalogue.courseversion')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='people.organisation')),
                        ('programme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='delivery.programme')),
                        ('programme_order', models.PositiveSmallIntegerField(default=0)),
                        ('name', models.CharField(blank=True, max_length=100, verbose_name='반 이름')),
                        ('instructor', models.CharField(blank=True, max_length=100, verbose_name='강사')),
                        ('mode', models.CharField(choices=[('offline', '모여서'), ('online', '온라인'), ('blended', '모여서·온라인 함께')], default='offline', max_length=10)),
                        ('region', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.region')),
                        ('place', models.CharField(blank=True, max_length=200, verbose_name='장소')),
                        ('address', models.CharField(blank=True, max_length=200, verbose_name='주소')),
                        ('registration_opens_at', models.DateTimeField(null=True)),
                        ('registration_closes_at', models.DateTimeField(help_text='exclusive', null=True)),
                        ('starts_on', models.DateField(null=True)),
                        ('ends_on', models.DateField(null=True)),
                        ('capacity', models.PositiveIntegerField(verbose_name='정원')),
                        ('waitlist_capacity', models.PositiveIntegerField(default=0, verbose_name='대기 정원')),
                        ('fee', models.PositiveIntegerField(default=0, help_text='won', verbose_name='수강료')),
                        ('selection', models.CharField(choices=[('first_come', '먼저 신청한 순서'), ('lottery', '추첨'), ('screening', '심사'), ('other', '그 밖')], default='first_come', max_length=12)),
                        ('min_attendance', models.PositiveSmallIntegerField(default=80, help_text='percent', verbose_name='수료 출석률')),
                        ('pass_mark', models.DecimalField(decimal_places=2, help_text='of 100; none asked when null', max_digits=5, null=True, verbose_name='합격 점수')),
                        ('state', models.CharField(choices=[('open', '열림'), ('cancelled', '폐강'), ('finished', '끝남')], default='open', max_length=10)),
                        ('seats_taken', models.PositiveIntegerField(default=0)),
                        ('applications', models.PositiveIntegerField(default=0, help_text='number of the last application')),
                        ('waiting', models.PositiveIntegerField(default=0)),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['organisation', 'starts_on'], name='delivery_co_organis_7f7a7d_idx')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('capacity__gt', 0)), name='delivery_capacity_positive'), models.CheckConstraint(condition=models.Q(('seats_taken__lte', models.F('capacity'))), name='delivery_seats_within_capacity'), models.CheckConstraint(condition=models.Q(('min_attendance__gte', 1), ('min_attendance__lte', 100)), name='delivery_attendance_percent'), models.CheckConstraint(condition=models.Q(('registration_opens_at', None), ('registration_closes_at', None), ('registration_closes_at__gt', models.F('registration_opens_at')), _connector='OR'), name='delivery_registration_forward'), models.CheckConstraint(condition=models.Q(('starts_on', None), ('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='delivery_period_forward')],
                    },
                ),
                migrations.CreateModel(
                    name='Enrolment',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='delivery.courserun')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to=settings.AUTH_USER_MODEL)),
                        ('number', models.PositiveIntegerField(help_text='order of application within the run')),
                        ('state', models.CharField(choices=[('confirmed', '수강 확정'), ('awaiting_payment', '결제 대기'), ('waiting', '대기'), ('cancelled', '취소')], max_length=16)),
                        ('applied_at', models.DateTimeField()),
                        ('confirmed_at', models.DateTimeField(null=True)),
                        ('payment_due_at', models.DateTimeField(null=True)),
                        ('paid_at', models.DateTimeField(null=True)),
                        ('exempt_reason', models.CharField(blank=True, max_length=200)),
                        ('cancelled_at', models.DateTimeField(null=True)),
                        ('cancel_reason', models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['person', 'state'], name='delivery_en_person__27e973_idx')],
                        'constraints': [models.UniqueConstraint(fields=('run', 'number'), name='delivery_application_number'), models.UniqueConstraint(condition=models.Q(('state', 'cancelled'), _negated=True), fields=('run', 'person'), name='delivery_enrolled_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Interest',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interests', to='delivery.courserun')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField()),
                        ('told_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('run', 'person'), name='delivery_interest_once')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Programme',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='people.organisation')),
                        ('title', models.CharField(max_length=200, verbose_name='이름')),
                        ('description', models.TextField(blank=True, verbose_name='소개')),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Session',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='delivery.courserun')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('title', models.CharField(blank=True, max_length=200, verbose_name='제목')),
                        ('starts_at', models.DateTimeField(null=True)),
                        ('ends_at', models.DateTimeField(null=True)),
                        ('hours', models.DecimalField(decimal_places=1, max_digits=5)),
                        ('place', models.CharField(blank=True, max_length=200)),
                        ('code_secret', models.BinaryField(help_text='from which the rotating QR codes are derived', max_length=32)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['starts_at'], name='delivery_se_starts__f93e18_idx')],
                        'constraints': [models.UniqueConstraint(fields=('run', 'number'), name='delivery_session_number'), models.CheckConstraint(condition=models.Q(('starts_at', None), ('ends_at', None), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='delivery_session_forward')],
                    },
                ),
                migrations.CreateModel(
                    name='FailedCheckIn',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='delivery.session')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('failed_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['session', 'person', 'failed_at'], name='delivery_fa_session_f2fe8e_idx')],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Attendance',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='delivery.session')),
                        ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='delivery.enrolment')),
                        ('state', models.CharField(choices=[('present', '출석'), ('late', '지각'), ('early_leave', '조퇴'), ('excused', '공가'), ('absent', '결석')], max_length=12)),
                        ('method', models.CharField(choices=[('qr', 'QR'), ('code', '번호'), ('staff', '담당자')], max_length=6)),
                        ('checked_in_at', models.DateTimeField(null=True)),
                        ('recorded_at', models.DateTimeField()),
                        ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('reason', models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('session', 'enrolment'), name='delivery_attendance_once')],
                        'indexes': [],
                    },
                ),
            ],
        ),
    ]
