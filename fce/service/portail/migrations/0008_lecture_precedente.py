from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portail', '0007_service_public'),
    ]

    operations = [
        migrations.AddField(
            model_name='ficherecente',
            name='precedente_le',
            field=models.DateTimeField(blank=True, null=True, verbose_name='lecture d’avant'),
        ),
    ]
