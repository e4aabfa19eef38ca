from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from catcher.migrations._columns import AddColumn


def create_index(apps: Any, schema_editor: Any) -> None:
    """FTS5 is SQLite's; on other databases the rows of SessionText are searched themselves."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            "CREATE VIRTUAL TABLE catcher_sessionwords USING fts5(tokens, text, content='catcher_sessiontext', "
            "content_rowid='session_id', tokenize='unicode61 remove_diacritics 2')"
        )


def drop_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE IF EXISTS catcher_sessionwords")


class Migration(migrations.Migration):

    dependencies = [
        ('catcher', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SessionText',
            fields=[
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='words', serialize=False, to='catcher.session')),
                ('tokens', models.TextField()),
                ('text', models.TextField()),
            ],
        ),
        AddColumn(
            model_name='session',
            name='client',
            field=models.CharField(db_default='', max_length=60),
        ),
        AddColumn(
            model_name='session',
            name='client_name',
            field=models.CharField(db_default='', max_length=200),
        ),
        AddColumn(
            model_name='session',
            name='examined',
            field=models.BooleanField(db_default=False),
        ),
        AddColumn(
            model_name='session',
            name='findings',
            field=models.JSONField(db_default=models.Value([], models.JSONField())),
        ),
        AddColumn(
            model_name='session',
            name='findings_count',
            field=models.IntegerField(db_default=0),
        ),
        AddColumn(
            model_name='session',
            name='fingerprint',
            field=models.CharField(db_default='', max_length=200),
        ),
        AddColumn(
            model_name='session',
            name='lines_examined',
            field=models.IntegerField(db_default=0),
        ),
        AddColumn(
            model_name='session',
            name='summary',
            field=models.TextField(db_default=''),
        ),
        AddColumn(
            model_name='session',
            name='timing',
            field=models.JSONField(db_default=models.Value({}, models.JSONField())),
        ),
        AddColumn(
            model_name='session',
            name='worst',
            field=models.CharField(db_default='', max_length=20),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(condition=models.Q(('examined', False)), fields=['id'], name='session_unexamined'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(condition=models.Q(('examined', True)), fields=['client_name', 'peer_host', 'failed'], name='session_clients'),
        ),
        migrations.RunPython(create_index, drop_index),
    ]
