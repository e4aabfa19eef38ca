from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from catcher.migrations._columns import AddColumn


def digest_anew(apps: Any, schema_editor: Any) -> None:
    """Threads, identical mail and tags come with the digest: what is stored gets them in the background."""
    apps.get_model("catcher", "Message").objects.update(digested=False)


class Migration(migrations.Migration):

    dependencies = [
        ('catcher', '0004_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(max_length=22, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('query', models.TextField()),
                ('position', models.IntegerField(db_default=0)),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('key', models.CharField(max_length=100, unique=True)),
                ('chosen_colour', models.CharField(db_default='', max_length=10)),
                ('total', models.IntegerField(db_default=0)),
            ],
        ),
        migrations.CreateModel(
            name='TagRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('query', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='ThreadKey',
            fields=[
                ('key', models.BigIntegerField(primary_key=True, serialize=False)),
                ('thread', models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Undo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(max_length=22, unique=True)),
                ('kind', models.CharField(max_length=10)),
                ('argument', models.CharField(db_default='', max_length=100)),
                ('made_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='UndoPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('keys', models.BinaryField()),
            ],
        ),
        AddColumn(
            model_name='message',
            name='binned_at',
            field=models.DateTimeField(null=True),
        ),
        AddColumn(
            model_name='message',
            name='same',
            field=models.BigIntegerField(null=True),
        ),
        AddColumn(
            model_name='message',
            name='thread',
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='Tagging',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taggings', to='catcher.message')),
                ('tag', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='taggings', to='catcher.tag')),
            ],
        ),
        migrations.AddField(
            model_name='message',
            name='tags',
            field=models.ManyToManyField(related_name='messages', through='catcher.Tagging', to='catcher.tag'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('starred', True)), fields=['id'], name='message_starred'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('binned_at__isnull', False)), fields=['binned_at'], name='message_binned'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('thread__isnull', False)), fields=['thread', 'id'], name='message_thread'),
        ),
        migrations.AddField(
            model_name='tagrule',
            name='tag',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='catcher.tag'),
        ),
        migrations.AddField(
            model_name='undopart',
            name='undo',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='catcher.undo'),
        ),
        migrations.AddConstraint(
            model_name='tagging',
            constraint=models.UniqueConstraint(fields=('tag', 'message'), name='tagging_tag_message'),
        ),
        migrations.AddConstraint(
            model_name='tagrule',
            constraint=models.UniqueConstraint(fields=('tag', 'query'), name='tag_rule'),
        ),
        migrations.RunPython(digest_anew, migrations.RunPython.noop),
    ]
