import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('echanges', '0004_suivis'),
    ]

    operations = [
        migrations.AlterField(
            model_name='saisine',
            name='transferee_a',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='transferees_de', to='echanges.saisine'),
        ),
    ]
