from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def begin_counting(apps: Any, schema_editor: Any) -> None:
    counter = apps.get_model("catcher", "Counter")
    counter.objects.bulk_create(
        counter(name=name, value=0) for name in ("messages", "unread", "bytes", "sessions", "failed")
    )


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(max_length=22, unique=True)),
                ('transaction', models.IntegerField(default=0)),
                ('mail_from', models.TextField(default='')),
                ('mail_parameters', models.TextField(default='')),
                ('recipient', models.TextField(default='')),
                ('recipients_count', models.IntegerField(default=0)),
                ('received_at', models.DateTimeField()),
                ('size', models.BigIntegerField()),
                ('subject', models.TextField(default='')),
                ('message_id', models.TextField(default='')),
                ('addresses', models.JSONField(default=dict)),
                ('username', models.TextField(default='')),
                ('snippet', models.TextField(default='')),
                ('attachments', models.IntegerField(default=0)),
                ('defects', models.JSONField(default=list)),
                ('read', models.BooleanField(default=False)),
                ('starred', models.BooleanField(default=False)),
                ('digested', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('name', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('value', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Body',
            fields=[
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='body', serialize=False, to='catcher.message')),
                ('raw', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Recipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.TextField(db_index=True)),
                ('parameters', models.TextField(default='')),
                ('accepted', models.BooleanField(default=True)),
                ('reply', models.TextField(default='')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recipients', to='catcher.message')),
            ],
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(max_length=22, unique=True)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('duration_us', models.BigIntegerField(default=0)),
                ('listener', models.CharField(max_length=100)),
                ('peer_host', models.CharField(max_length=100)),
                ('peer_port', models.IntegerField(default=0)),
                ('hello', models.TextField(default='')),
                ('tls_version', models.CharField(default='', max_length=20)),
                ('tls_cipher', models.CharField(default='', max_length=60)),
                ('tls_sni', models.TextField(default='')),
                ('auth_mechanism', models.CharField(default='', max_length=20)),
                ('auth_user', models.TextField(default='')),
                ('commands', models.IntegerField(default=0)),
                ('errors', models.IntegerField(default=0)),
                ('messages_stored', models.IntegerField(default=0)),
                ('recipients_accepted', models.IntegerField(default=0)),
                ('recipients_refused', models.IntegerField(default=0)),
                ('bytes_in', models.BigIntegerField(default=0)),
                ('bytes_out', models.BigIntegerField(default=0)),
                ('outcome', models.CharField(default='open', max_length=20)),
                ('failed', models.BooleanField(default=False)),
                ('stage', models.CharField(default='', max_length=20)),
                ('reply', models.TextField(default='')),
                ('close_reason', models.CharField(default='', max_length=20)),
                ('lines', models.IntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('failed', True)), fields=['id'], name='session_failed'), models.Index(condition=models.Q(('ended_at', None)), fields=['id'], name='session_live')],
            },
        ),
        migrations.AddField(
            model_name='message',
            name='session',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='catcher.session'),
        ),
        migrations.CreateModel(
            name='TapeChunk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_seq', models.IntegerField()),
                ('last_seq', models.IntegerField()),
                ('data', models.BinaryField()),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tape', to='catcher.session')),
            ],
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('digested', False)), fields=['id'], name='message_undigested'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('read', False)), fields=['id'], name='message_unread'),
        ),
        migrations.AddConstraint(
            model_name='tapechunk',
            constraint=models.UniqueConstraint(fields=('session', 'first_seq'), name='tape_session_seq'),
        ),
        migrations.RunPython(begin_counting, migrations.RunPython.noop),
    ]
