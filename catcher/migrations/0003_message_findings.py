from django.db import migrations, models

from catcher.migrations._columns import AddColumn


class Migration(migrations.Migration):

    dependencies = [
        ('catcher', '0002_examined'),
    ]

    operations = [
        AddColumn(
            model_name='message',
            name='findings',
            field=models.JSONField(db_default=models.Value([], models.JSONField())),
        ),
        AddColumn(
            model_name='message',
            name='findings_count',
            field=models.IntegerField(db_default=0),
        ),
        AddColumn(
            model_name='message',
            name='worst',
            field=models.CharField(db_default='', max_length=20),
        ),
        migrations.CreateModel(
            name='MutedRule',
            fields=[
                ('rule', models.CharField(max_length=10, primary_key=True, serialize=False)),
            ],
        ),
    ]
