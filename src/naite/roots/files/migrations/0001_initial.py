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
                    name='StoredFile',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=150)),
                        ('kind', models.CharField(max_length=8)),
                        ('media_type', models.CharField(max_length=100)),
                        ('size', models.PositiveBigIntegerField()),
                        ('sha256', models.CharField(db_index=True, max_length=64)),
                        ('purpose', models.CharField(max_length=60)),
                        ('location', models.CharField(blank=True, max_length=120)),
                        ('kept_at', models.DateTimeField()),
                        ('keep_until', models.DateTimeField(help_text='exclusive; erased after it', null=True)),
                        ('scan', models.CharField(choices=[('unscanned', '바이러스 검사 전'), ('clean', '바이러스 없음'), ('infected', '바이러스 있음')], default='unscanned', max_length=10)),
                        ('scanned_at', models.DateTimeField(null=True)),
                        ('scan_detail', models.CharField(blank=True, max_length=200)),
                        ('erased_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['scan', 'kept_at'], name='files_store_scan_b42049_idx'), models.Index(fields=['keep_until'], name='files_store_keep_un_9e86aa_idx'), models.Index(fields=['erased_at', 'location'], name='files_store_erased__c655c6_idx')],
                        'constraints': [],
                    },
                ),
            ],
        ),
    ]
