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
                    name='Checkpoint',
                    fields=[
                        ('size', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                        ('root', models.BinaryField(max_length=32)),
                        ('note', models.TextField()),
                        ('signed_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Head',
                    fields=[
                        ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                        ('size', models.PositiveBigIntegerField(default=0)),
                        ('chain_busy_until', models.DateTimeField(null=True)),
                        ('chain_tried_at', models.DateTimeField(null=True)),
                        ('chain_trouble', models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Leaf',
                    fields=[
                        ('index', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                        ('digest', models.BinaryField(max_length=32, unique=True)),
                        ('kind', models.CharField(max_length=20)),
                        ('logged_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='LogKey',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('public', models.BinaryField(max_length=32)),
                        ('sealed_private', models.BinaryField()),
                        ('made_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Tile',
                    fields=[
                        ('id', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                        ('nodes', models.BinaryField()),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Waiting',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('digest', models.BinaryField(max_length=32)),
                        ('kind', models.CharField(max_length=20)),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Batch',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('first', models.PositiveBigIntegerField(unique=True)),
                        ('end', models.PositiveBigIntegerField(unique=True)),
                        ('log_root', models.BinaryField(max_length=32)),
                        ('root', models.BinaryField(max_length=32)),
                        ('state', models.CharField(choices=[('cut', 'Cut'), ('sent', 'Sent'), ('held', 'Held')], default='cut', max_length=8)),
                        ('cut_at', models.DateTimeField()),
                        ('network', models.CharField(blank=True, max_length=40)),
                        ('transaction', models.CharField(blank=True, help_text='the one that stands in a block', max_length=66)),
                        ('block', models.PositiveBigIntegerField(null=True)),
                        ('held_at', models.DateTimeField(null=True)),
                        ('settled', models.BooleanField(default=False, help_text='deep enough in the chain to be looked at no more')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('end__gt', models.F('first'))), name='ledger_batch_has_leaves')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Sending',
                    fields=[
                        ('id', models.UUIDField(default=naite.roots.ids.new_id, editable=False, primary_key=True, serialize=False)),
                        ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sendings', to='ledger.batch')),
                        ('transaction', models.CharField(max_length=66, unique=True)),
                        ('raw', models.BinaryField()),
                        ('nonce', models.PositiveBigIntegerField()),
                        ('gas_price', models.DecimalField(decimal_places=0, help_text='wei', max_digits=30)),
                        ('made_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
            ],
        ),
    ]
