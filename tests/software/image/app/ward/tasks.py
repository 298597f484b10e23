import time

from celery import shared_task
from django.conf import settings
from django.db import connection
from redis import Redis


@shared_task
def slow(key, seconds):
    """Writes to Redis that it has begun, works for some seconds in small steps, and writes that it has ended."""
    redis = Redis.from_url(settings.REDIS_URL)
    redis.set(key, "begun")
    for _ in range(seconds * 10):
        time.sleep(0.1)
    redis.set(key, "ended")


@shared_task
def query():
    """Works with the database and Redis."""
    Redis.from_url(settings.REDIS_URL).incr("queries")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.05)")


@shared_task
def tick():
    Redis.from_url(settings.REDIS_URL).incr("ticks")
