from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catcher', '0003_message_findings'),
    ]

    operations = [
        migrations.CreateModel(
            name='AllowedSender',
            fields=[
                ('address', models.CharField(max_length=320, primary_key=True, serialize=False)),
                ('allowed_at', models.DateTimeField()),
            ],
        ),
    ]
