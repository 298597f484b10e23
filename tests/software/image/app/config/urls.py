import time

from django.conf import settings
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.urls import path
from redis import Redis

from ward.tasks import query

cache = Redis.from_url(settings.REDIS_URL)


def ping(request):
    return JsonResponse({"status": "OK"})


def slow(request):
    """Answers after some seconds."""
    seconds = int(request.GET["seconds"])
    print(f"a request takes {seconds} seconds", flush=True)
    time.sleep(seconds)
    return HttpResponse("answered")


def busy(request):
    """Queries the database, uses the cache, and has a worker do something."""
    cache.incr("requests")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.05)")
    query.delay()
    return HttpResponse("answered")


urlpatterns = [path("ping/", ping), path("slow/", slow), path("busy/", busy)]
