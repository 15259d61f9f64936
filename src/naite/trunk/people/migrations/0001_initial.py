import django.db.models.deletion
import naite.roots.first_tables
import naite.roots.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('files', '0001_initial'),
    ]

    operations = [
        naite.roots.first_tables.FirstTables(
            creations=[
                migrations.CreateModel(
                    name='Person',
                    fields=[
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('email', models.EmailField(blank=True, max_length=254, null=True, unique=True, verbose_name='전자우편')),
                        ('name', models.CharField(max_length=60, verbose_name='이름')),
                        ('phone', models.CharField(blank=True, db_index=True, help_text='digits; families share phones', max_length=15, verbose_name='휴대전화')),
                        ('birth_date', models.DateField(blank=True, null=True, verbose_name='생년월일')),
                        ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.region')),
                        ('is_active', models.BooleanField(default=True)),
                        ('is_operator', models.BooleanField(default=False, help_text='runs this installation')),
                        ('joined_at', models.DateTimeField()),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='ApiRequest',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('owner_id', models.UUIDField(help_text='the organisation, else the person')),
                        ('key', models.CharField(max_length=64)),
                        ('digest', models.CharField(help_text='of what was asked', max_length=64)),
                        ('answer', models.JSONField(default=dict)),
                        ('asked_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['asked_at'], name='people_apir_asked_a_a6a41c_idx')],
                        'constraints': [models.UniqueConstraint(fields=('owner_id', 'key'), name='people_request_key_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Organisation',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('slug', models.SlugField(max_length=60, unique=True)),
                        ('name', models.CharField(max_length=120, verbose_name='기관 이름')),
                        ('kind', models.CharField(choices=[('ministry', '교육부'), ('national_institute', '국가평생교육진흥원'), ('provincial_institute', '시도평생교육진흥원'), ('local_government', '기초자치단체'), ('education_office', '시·도교육청'), ('government', '국가기관'), ('school', '학교'), ('school_attached', '학교부설 평생교육시설'), ('school_type', '학교형태 평생교육시설'), ('in_company_university', '사내대학'), ('distance_university', '원격대학'), ('workplace_attached', '사업장부설 평생교육시설'), ('civil_society_attached', '시민사회단체부설 평생교육시설'), ('media_attached', '언론기관부설 평생교육시설'), ('human_resources', '지식·인력개발 관련 평생교육시설'), ('hub', '디지털 훈련 거점'), ('company', '기업')], max_length=24, verbose_name='기관 종류')),
                        ('legal_basis', models.CharField(blank=True, choices=[('ga', '(가) 평생교육법에 따라 인가·등록·신고된 시설'), ('na', '(나) 평생직업교육을 하는 학원'), ('da', '(다) 다른 법령에 따라 평생교육을 주된 목적으로 하는 시설')], max_length=2, verbose_name='법적 근거')),
                        ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='people.organisation')),
                        ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.region')),
                        ('address', models.CharField(blank=True, max_length=200, verbose_name='주소')),
                        ('phone', models.CharField(blank=True, max_length=30, verbose_name='전화번호')),
                        ('homepage_url', models.URLField(blank=True, verbose_name='누리집')),
                        ('created_at', models.DateTimeField()),
                        ('closed_on', models.DateField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['name'],
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Invitation',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('email', models.EmailField(max_length=254)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='people.organisation')),
                        ('role', models.CharField(choices=[('ministry_official', '교육부 담당자'), ('national_officer', '국가평생교육진흥원 담당자'), ('provincial_officer', '시도평생교육진흥원 담당자'), ('local_officer', '기초자치단체 담당자'), ('education_officer', '시·도교육청 담당자'), ('institution_staff', '기관 담당자'), ('programme_manager', '운영담당자'), ('desk_staff', '창구 담당자'), ('instructor', '강사'), ('hub_operator', '거점 운영자'), ('company_mentor', '기업 멘토'), ('counsellor', '상담사'), ('department_head', '부서장'), ('employer', '고용주'), ('evaluator', '평가위원'), ('committee_member', '심의위원')], max_length=24)),
                        ('token_digest', models.CharField(max_length=64, unique=True)),
                        ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('invited_at', models.DateTimeField()),
                        ('expires_at', models.DateTimeField()),
                        ('accepted_at', models.DateTimeField(null=True)),
                        ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('withdrawn_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Region',
                    fields=[
                        ('code', models.CharField(max_length=10, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=40)),
                        ('level', models.CharField(choices=[('sido', '시도'), ('sigungu', '시군구')], max_length=8)),
                        ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='people.region')),
                        ('valid_from', models.DateField(null=True)),
                        ('valid_until', models.DateField(help_text='exclusive', null=True)),
                    ],
                    options={
                        'ordering': ['code'],
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='HelpSession',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='help_sessions', to=settings.AUTH_USER_MODEL)),
                        ('helper', models.CharField(help_text='who helps, in their own words', max_length=60)),
                        ('code_digest', models.CharField(max_length=64, null=True, unique=True)),
                        ('code_ends_at', models.DateTimeField(help_text='exclusive', null=True)),
                        ('began_at', models.DateTimeField(null=True)),
                        ('ends_at', models.DateTimeField(help_text='exclusive', null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['person', 'began_at'], name='people_help_person__53336c_idx')],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='LearningCard',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to=settings.AUTH_USER_MODEL)),
                        ('number', models.CharField(max_length=12, unique=True)),
                        ('pin_hash', models.CharField(max_length=160)),
                        ('wrong_pins', models.PositiveSmallIntegerField(default=0, help_text='in a row')),
                        ('locked_at', models.DateTimeField(null=True)),
                        ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                        ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('issued_at', models.DateTimeField()),
                        ('last_used_at', models.DateTimeField(null=True)),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('end_reason', models.CharField(blank=True, max_length=100)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('person',), name='people_one_card_counts')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='DeskVisit',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='desk_visits', to=settings.AUTH_USER_MODEL)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='desk_visits', to='people.organisation')),
                        ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('how', models.CharField(choices=[('opened', '새로 계좌를 열어 드림'), ('name', '이름과 생년월일로 찾음'), ('card', '학습카드를 찍음'), ('card_pin', '학습카드와 비밀번호')], max_length=10)),
                        ('reason', models.CharField(max_length=200)),
                        ('began_at', models.DateTimeField()),
                        ('ends_at', models.DateTimeField(help_text='exclusive')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['staff', 'ends_at'], name='people_desk_staff_i_a02a28_idx'), models.Index(fields=['organisation', 'began_at'], name='people_desk_organis_324d26_idx'), models.Index(fields=['person', 'organisation'], name='people_desk_person__07de31_idx')],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='ApiToken',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('person', models.ForeignKey(help_text='made it, and answers for what it does', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('organisation', models.ForeignKey(help_text="none: one's own record", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                        ('name', models.CharField(max_length=60)),
                        ('scopes', models.JSONField(default=list)),
                        ('digest', models.CharField(max_length=64, unique=True)),
                        ('ending', models.CharField(help_text='the last characters, to tell tokens apart', max_length=4)),
                        ('created_at', models.DateTimeField()),
                        ('expires_at', models.DateTimeField()),
                        ('last_used_at', models.DateTimeField(null=True)),
                        ('revoked_at', models.DateTimeField(null=True)),
                        ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['organisation', 'created_at'], name='people_apit_organis_a3f206_idx'), models.Index(condition=models.Q(('organisation', None)), fields=['person', 'created_at'], name='people_own_token')],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='OrganisationChange',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='people.organisation')),
                        ('kind', models.CharField(choices=[('renamed', '이름이 바뀜'), ('merged', '다른 기관과 합쳐짐'), ('closed', '문을 닫음')], max_length=8)),
                        ('on', models.DateField()),
                        ('former_name', models.CharField(max_length=120)),
                        ('into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['organisation', 'on'], name='people_orga_organis_07cb5a_idx')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'merged'), ('into__isnull', False)), models.Q(models.Q(('kind', 'merged'), _negated=True), ('into', None)), _connector='OR'), name='people_merged_into')],
                    },
                ),
                migrations.CreateModel(
                    name='PaperConsent',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='paper_consents', to=settings.AUTH_USER_MODEL)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                        ('kind', models.CharField(choices=[('account', '계좌를 여는 동의'), ('guardian', '법정대리인의 동의')], max_length=10)),
                        ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile')),
                        ('kept_where', models.CharField(blank=True, help_text='where the paper lies', max_length=120)),
                        ('signed_by', models.CharField(blank=True, help_text='the guardian who signed for a child', max_length=60)),
                        ('relation', models.CharField(blank=True, max_length=40)),
                        ('taken_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('taken_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('file__isnull', False), models.Q(('kept_where', ''), _negated=True), _connector='OR'), name='people_paper_is_somewhere')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='PhoneCode',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('code_digest', models.CharField(max_length=64)),
                        ('sent_at', models.DateTimeField()),
                        ('expires_at', models.DateTimeField()),
                        ('wrong', models.PositiveSmallIntegerField(default=0)),
                        ('used_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['person', 'sent_at'], name='people_phon_person__82ab69_idx')],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='RegionChange',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes_out', to='people.region')),
                        ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes_in', to='people.region')),
                        ('effective_on', models.DateField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('predecessor', 'successor'), name='people_region_change_once')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Representation',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('representative', '대리인'), ('guardian', '법정대리인')], max_length=14)),
                        ('principal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='represented_by', to=settings.AUTH_USER_MODEL)),
                        ('representative', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='represents', to=settings.AUTH_USER_MODEL)),
                        ('relation', models.CharField(help_text="in the principal's words: 손녀", max_length=40)),
                        ('sections', models.JSONField(default=list, help_text="numbers of the record's sections")),
                        ('certificates', models.BooleanField(default=False)),
                        ('courses', models.BooleanField(default=False)),
                        ('badges', models.BooleanField(default=False)),
                        ('code_digest', models.CharField(max_length=64, null=True, unique=True)),
                        ('invited_at', models.DateTimeField()),
                        ('invitation_ends_at', models.DateTimeField(help_text='exclusive', null=True)),
                        ('accepted_at', models.DateTimeField(null=True)),
                        ('valid_until', models.DateTimeField(help_text='exclusive')),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at__isnull', False), ('ended_at', None)), fields=('principal', 'representative'), name='people_represents_once')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='RoleAssignment',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roles', to=settings.AUTH_USER_MODEL)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roles', to='people.organisation')),
                        ('role', models.CharField(choices=[('ministry_official', '교육부 담당자'), ('national_officer', '국가평생교육진흥원 담당자'), ('provincial_officer', '시도평생교육진흥원 담당자'), ('local_officer', '기초자치단체 담당자'), ('education_officer', '시·도교육청 담당자'), ('institution_staff', '기관 담당자'), ('programme_manager', '운영담당자'), ('desk_staff', '창구 담당자'), ('instructor', '강사'), ('hub_operator', '거점 운영자'), ('company_mentor', '기업 멘토'), ('counsellor', '상담사'), ('department_head', '부서장'), ('employer', '고용주'), ('evaluator', '평가위원'), ('committee_member', '심의위원')], max_length=24)),
                        ('valid_from', models.DateTimeField()),
                        ('valid_until', models.DateTimeField(blank=True, help_text='exclusive', null=True)),
                        ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('valid_until', None)), fields=('person', 'organisation', 'role'), name='people_role_open_once')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='StandIn',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('absent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stood_in_by', to=settings.AUTH_USER_MODEL)),
                        ('substitute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stands_in_for', to=settings.AUTH_USER_MODEL)),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                        ('role', models.CharField(choices=[('ministry_official', '교육부 담당자'), ('national_officer', '국가평생교육진흥원 담당자'), ('provincial_officer', '시도평생교육진흥원 담당자'), ('local_officer', '기초자치단체 담당자'), ('education_officer', '시·도교육청 담당자'), ('institution_staff', '기관 담당자'), ('programme_manager', '운영담당자'), ('desk_staff', '창구 담당자'), ('instructor', '강사'), ('hub_operator', '거점 운영자'), ('company_mentor', '기업 멘토'), ('counsellor', '상담사'), ('department_head', '부서장'), ('employer', '고용주'), ('evaluator', '평가위원'), ('committee_member', '심의위원')], max_length=24)),
                        ('first_day', models.DateField()),
                        ('last_day', models.DateField()),
                        ('note', models.CharField(blank=True, max_length=300)),
                        ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created_at', models.DateTimeField()),
                        ('ended_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['substitute', 'last_day'], name='people_stan_substit_fa2f55_idx')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='people_stand_in_forward'), models.CheckConstraint(condition=models.Q(('absent', models.F('substitute')), _negated=True), name='people_stand_in_is_another')],
                    },
                ),
            ],
        ),
    ]
