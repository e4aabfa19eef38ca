from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from catcher.migrations._columns import AddColumn

FIELDS = (
    "from_", "to_", "cc", "bcc", "reply_to", "return_path", "subject", "filename", "body", "message_id", "header",
    "type", "user", "facts", "characters",
)


def create_index(apps: Any, schema_editor: Any) -> None:
    """FTS5 is SQLite's. It keeps no text of its own, and is told the old one by the rows of MessageText."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE catcher_messagewords USING fts5({', '.join(FIELDS)}, content='', columnsize=0, "
            "tokenize='trigram case_sensitive 1')"
        )


def drop_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE IF EXISTS catcher_messagewords")


def digest_anew(apps: Any, schema_editor: Any) -> None:
    """The index is filled with the digest: what is stored comes into it in the background."""
    apps.get_model("catcher", "Message").objects.update(digested=False)


class Migration(migrations.Migration):

    dependencies = [
        ('catcher', '0005_organise'),
    ]

    operations = [
        migrations.CreateModel(
            name='MessageText',
            fields=[
                ('message', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='words', serialize=False, to='catcher.message')),
                ('packed', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='MessageCharacter',
            fields=[
                ('character', models.CharField(max_length=1, primary_key=True, serialize=False)),
            ],
        ),
        AddColumn(
            model_name='message',
            name='codes_count',
            field=models.IntegerField(db_default=0),
        ),
        AddColumn(
            model_name='message',
            name='links_count',
            field=models.IntegerField(db_default=0),
        ),
        migrations.RunPython(create_index, drop_index),
        migrations.RunPython(digest_anew, migrations.RunPython.noop),
    ]
