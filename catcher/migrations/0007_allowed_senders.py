from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catcher', '0006_message_search'),
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
