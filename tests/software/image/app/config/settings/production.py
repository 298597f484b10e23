"""Settings of a small application that has of Care what the container definitions rely on."""

import environ

env = environ.Env()
SECRET_KEY = env("DJANGO_SECRET_KEY")
ALLOWED_HOSTS = env.json("DJANGO_ALLOWED_HOSTS", default=["*"])
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["ward"]
ROOT_URLCONF = "config.urls"
USE_TZ = True

REDIS_URL = env("REDIS_URL")
CELERY_BROKER_URL = env("CELERY_BROKER_URL")
CELERY_RESULT_BACKEND = CELERY_BROKER_URL
CELERY_BEAT_SCHEDULE = {"tick": {"task": "ward.tasks.tick", "schedule": 2.0}}
