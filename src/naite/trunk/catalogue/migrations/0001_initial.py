import django.db.models.deletion
import naite.roots.first_tables
import naite.roots.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        naite.roots.first_tables.FirstTables(
            creations=[
                migrations.CreateModel(
                    name='Course',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='people.organisation')),
                        ('current', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='current_of', to='catalogue.courseversion')),
                        ('created_at', models.DateTimeField()),
                        ('retired_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='CourseVersion',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='catalogue.course')),
                        ('number', models.PositiveIntegerField()),
                        ('title', models.CharField(max_length=200, verbose_name='과정 이름')),
                        ('summary', models.CharField(blank=True, max_length=300, verbose_name='한 줄 소개')),
                        ('description', models.TextField(blank=True, verbose_name='내용')),
                        ('audience', models.CharField(blank=True, max_length=100, verbose_name='교육대상')),
                        ('category', models.CharField(blank=True, choices=[('basic_literacy', '기초문해교육'), ('academic_supplement', '학력보완교육'), ('vocational', '직업능력교육'), ('arts_culture', '문화예술교육'), ('humanities', '인문교양교육'), ('civic_participation', '시민참여교육')], max_length=24, verbose_name='6진 분류')),
                        ('area', models.CharField(blank=True, choices=[('self_growth', '자기함양'), ('career', '직업진로'), ('civic', '시민소양'), ('practical_literacy', '실용문해')], max_length=24, verbose_name='영역')),
                        ('sub_area', models.CharField(blank=True, choices=[('humanities', '인문교양과 인생설계'), ('arts', '문화예술 향유'), ('world_of_work', '직업세계 이해'), ('skills', '직무기술 및 경력개발'), ('civic_life', '시민생활 소양'), ('community', '사회 및 공동체 참여'), ('basic_literacy', '기초문해'), ('digital', '디지털')], max_length=24, verbose_name='세부 영역')),
                        ('total_hours', models.DecimalField(decimal_places=1, max_digits=6, verbose_name='총 시간')),
                        ('syllabus', models.JSONField(default=list, help_text='[{"title": str, "hours": str}] in order')),
                        ('published_at', models.DateTimeField()),
                        ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('course', 'number'), name='catalogue_version_number'), models.CheckConstraint(condition=models.Q(('total_hours__gt', 0)), name='catalogue_version_hours_positive')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='ImportBatch',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='import_batches', to='people.organisation')),
                        ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('uploaded_at', models.DateTimeField()),
                        ('file_name', models.CharField(max_length=255)),
                        ('file_path', models.CharField(help_text='below the private storage root', max_length=255)),
                        ('sha256', models.CharField(max_length=64)),
                        ('encoding', models.CharField(blank=True, max_length=20)),
                        ('state', models.CharField(choices=[('preview', '미리 보기'), ('applying', '반영하는 중'), ('applied', '반영함'), ('dropped', '그만둠'), ('failed', '읽을 수 없음')], default='preview', max_length=10)),
                        ('row_count', models.PositiveIntegerField(default=0)),
                        ('created_count', models.PositiveIntegerField(default=0)),
                        ('updated_count', models.PositiveIntegerField(default=0)),
                        ('unchanged_count', models.PositiveIntegerField(default=0)),
                        ('rejected_count', models.PositiveIntegerField(default=0)),
                        ('done_rows', models.PositiveIntegerField(default=0)),
                        ('rejected', models.JSONField(default=list, help_text='[{row, column, value, reason}]')),
                        ('applied_at', models.DateTimeField(null=True)),
                        ('failure', models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='LearnedWord',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('scheme', models.CharField(max_length=8)),
                        ('word', models.CharField(max_length=40)),
                        ('code', models.CharField(max_length=24)),
                        ('times', models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('scheme', 'word', 'code'), name='catalogue_learned_word_once')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Listing',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('source', models.CharField(choices=[('naite', '나이테'), ('standard_file', '전국평생학습강좌표준데이터')], max_length=16)),
                        ('source_key', models.CharField(help_text='hash of what identifies the row at its source', max_length=64)),
                        ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='listings', to='people.organisation')),
                        ('provider_name', models.CharField(max_length=120, verbose_name='운영기관')),
                        ('provider_phone', models.CharField(blank=True, max_length=40, verbose_name='전화번호')),
                        ('course', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='listings', to='catalogue.course')),
                        ('run_id', models.UUIDField(null=True, unique=True)),
                        ('title', models.CharField(max_length=200, verbose_name='강좌명')),
                        ('description', models.TextField(blank=True, verbose_name='내용')),
                        ('instructor', models.CharField(blank=True, max_length=100, verbose_name='강사')),
                        ('audience', models.CharField(blank=True, max_length=100, verbose_name='교육대상')),
                        ('category', models.CharField(blank=True, choices=[('basic_literacy', '기초문해교육'), ('academic_supplement', '학력보완교육'), ('vocational', '직업능력교육'), ('arts_culture', '문화예술교육'), ('humanities', '인문교양교육'), ('civic_participation', '시민참여교육')], max_length=24)),
                        ('area', models.CharField(blank=True, choices=[('self_growth', '자기함양'), ('career', '직업진로'), ('civic', '시민소양'), ('practical_literacy', '실용문해')], max_length=24)),
                        ('sub_area', models.CharField(blank=True, choices=[('humanities', '인문교양과 인생설계'), ('arts', '문화예술 향유'), ('world_of_work', '직업세계 이해'), ('skills', '직무기술 및 경력개발'), ('civic_life', '시민생활 소양'), ('community', '사회 및 공동체 참여'), ('basic_literacy', '기초문해'), ('digital', '디지털')], max_length=24)),
                        ('mode', models.CharField(blank=True, choices=[('offline', '모여서'), ('online', '온라인'), ('blended', '모여서·온라인 함께')], max_length=10)),
                        ('region', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.region')),
                        ('place', models.CharField(blank=True, max_length=200)),
                        ('address', models.CharField(blank=True, max_length=200)),
                        ('starts_on', models.DateField(null=True)),
                        ('ends_on', models.DateField(null=True)),
                        ('start_time', models.TimeField(null=True)),
                        ('end_time', models.TimeField(null=True)),
                        ('weekdays', models.PositiveSmallIntegerField(default=0, help_text='bit 0 Monday … bit 6 Sunday')),
                        ('registration_opens_at', models.DateTimeField(null=True)),
                        ('registration_closes_at', models.DateTimeField(help_text='exclusive', null=True)),
                        ('always_open', models.BooleanField(default=False)),
                        ('capacity', models.PositiveIntegerField(null=True)),
                        ('seats_taken', models.PositiveIntegerField(default=0)),
                        ('waiting', models.PositiveIntegerField(default=0)),
                        ('takes_waiting', models.BooleanField(default=False)),
                        ('fee', models.PositiveIntegerField(help_text='won; null when unknown', null=True)),
                        ('selection', models.CharField(blank=True, choices=[('first_come', '먼저 신청한 순서'), ('lottery', '추첨'), ('screening', '심사'), ('other', '그 밖')], max_length=12)),
                        ('application_method', models.CharField(blank=True, max_length=60)),
                        ('apply_url', models.URLField(blank=True, max_length=500)),
                        ('recognised', models.BooleanField(default=False, help_text='평생학습계좌제 평가인정 as the source says or we know')),
                        ('credit_bank', models.BooleanField(default=False)),
                        ('training_subsidy', models.BooleanField(default=False)),
                        ('reference_date', models.DateField(null=True)),
                        ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalogue.importbatch')),
                        ('content_digest', models.CharField(blank=True, max_length=64)),
                        ('created_at', models.DateTimeField()),
                        ('updated_at', models.DateTimeField()),
                        ('withdrawn_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['registration_closes_at'], name='catalogue_l_registr_6d80be_idx'), models.Index(fields=['starts_on'], name='catalogue_l_starts__3477b8_idx'), models.Index(fields=['region', 'registration_closes_at'], name='catalogue_l_region__2a99ec_idx'), models.Index(fields=['area'], name='catalogue_l_area_ff649e_idx')],
                        'constraints': [models.UniqueConstraint(fields=('supplier', 'source', 'source_key'), name='catalogue_listing_once')],
                    },
                ),
                migrations.CreateModel(
                    name='SearchEntry',
                    fields=[
                        ('id', models.BigAutoField(primary_key=True, serialize=False)),
                        ('listing', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='search_entry', to='catalogue.listing')),
                        ('live', models.BooleanField(default=True)),
                        ('seq', models.BigIntegerField(db_index=True)),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='StandardList',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('scheme', models.CharField(default='ncs', max_length=12)),
                        ('number', models.PositiveIntegerField()),
                        ('label', models.CharField(help_text='as the operator names it: 2026년 3월 고시', max_length=80)),
                        ('source', models.CharField(max_length=200)),
                        ('source_url', models.URLField(blank=True, max_length=300)),
                        ('reference_date', models.DateField(null=True)),
                        ('file_name', models.CharField(max_length=255)),
                        ('sha256', models.CharField(max_length=64)),
                        ('row_count', models.PositiveIntegerField(default=0)),
                        ('new_count', models.PositiveIntegerField(default=0)),
                        ('changed_count', models.PositiveIntegerField(default=0)),
                        ('gone_count', models.PositiveIntegerField(default=0)),
                        ('rejected_count', models.PositiveIntegerField(default=0)),
                        ('imported_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('scheme', 'number'), name='catalogue_standard_list_number'), models.UniqueConstraint(fields=('scheme', 'sha256'), name='catalogue_standard_list_once')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='StandardUnit',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('scheme', models.CharField(default='ncs', max_length=12)),
                        ('code', models.CharField(help_text='with its version: 2001020205_16v4', max_length=24)),
                        ('unit_key', models.CharField(help_text='the unit whatever its version: 2001020205', max_length=16)),
                        ('name', models.CharField(max_length=200)),
                        ('level', models.PositiveSmallIntegerField(help_text='1–8', null=True)),
                        ('definition', models.TextField(blank=True)),
                        ('sub_code', models.CharField(help_text='세분류', max_length=8)),
                        ('sub_name', models.CharField(blank=True, max_length=120)),
                        ('path', models.CharField(blank=True, help_text='대분류 > 중분류 > 소분류', max_length=300)),
                        ('words', models.CharField(help_text='names without blanks, for search', max_length=700)),
                        ('first_list', models.PositiveIntegerField()),
                        ('last_list', models.PositiveIntegerField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['scheme', 'sub_code'], name='catalogue_s_scheme_047662_idx'), models.Index(fields=['scheme', 'unit_key'], name='catalogue_s_scheme_e6b7bc_idx')],
                        'constraints': [models.UniqueConstraint(fields=('scheme', 'code'), name='catalogue_standard_unit_once'), models.CheckConstraint(condition=models.Q(('first_list__lte', models.F('last_list'))), name='catalogue_standard_lists_in_order')],
                    },
                ),
            ],
        ),
    ]
