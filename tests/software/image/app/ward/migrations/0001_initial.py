import os

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


def fail_if_asked(apps, schema_editor):
    if os.environ.get("FAIL_MIGRATION"):
        raise RuntimeError("this migration fails, as the test asked")


class Migration(migrations.Migration):
    """Needs pg_trgm, which no migration creates, as Care's search by name does."""

    initial = True
    operations = [
        migrations.CreateModel(
            name="Patient",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.CharField(max_length=200)),
            ],
        ),
        migrations.AddIndex("patient", GinIndex(fields=["name"], name="patient_name", opclasses=["gin_trgm_ops"])),
        migrations.RunPython(fail_if_asked),
    ]
