from typing import Any

from django.db import migrations, models

# All that a filter asks of a session's row, so that many rows are checked without reading any: timings and summaries
# make them large. SQLite only: other databases bound what one entry may hold.
FACTS = (
    "id, examined, failed, messages_stored, errors, duration_us, bytes_in, lines, commands, recipients_accepted, "
    "recipients_refused, findings_count, started_at, tls_version, outcome, stage, close_reason, worst, auth_mechanism, "
    "hello, peer_host, client_name, client, auth_user"
)


def create_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"CREATE INDEX session_facts ON catcher_session ({FACTS}) WHERE examined")


def drop_index(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP INDEX IF EXISTS session_facts")


def count_groups(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(
        "INSERT INTO catcher_clientgroup (client_name, peer_host, client, sessions, failing, newest) "
        "SELECT client_name, peer_host, MAX(client), COUNT(*), SUM(CASE WHEN failed THEN 1 ELSE 0 END), MAX(id) "
        "FROM catcher_session WHERE id IN (SELECT session_id FROM catcher_sessiontext) GROUP BY client_name, peer_host"
    )


class Migration(migrations.Migration):

    dependencies = [
        ('catcher', '0003_message_findings'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClientGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_name', models.CharField(max_length=200)),
                ('peer_host', models.CharField(max_length=100)),
                ('client', models.CharField(max_length=60)),
                ('sessions', models.IntegerField()),
                ('failing', models.IntegerField()),
                ('newest', models.BigIntegerField(db_index=True)),
            ],
            options={
                'constraints': (models.UniqueConstraint(fields=('client_name', 'peer_host'), name='group_client'),),
            },
        ),
        migrations.RunPython(count_groups, migrations.RunPython.noop),
        migrations.RunPython(create_index, drop_index),
    ]
