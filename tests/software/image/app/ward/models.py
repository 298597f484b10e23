from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Patient(models.Model):
    name = models.CharField(max_length=200)

    class Meta:
        indexes = [GinIndex(fields=["name"], name="patient_name", opclasses=["gin_trgm_ops"])]
