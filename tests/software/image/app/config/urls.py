import time

from django.http import HttpResponse, JsonResponse
from django.urls import path


def ping(request):
    return JsonResponse({"status": "OK"})


def slow(request):
    """Answers after some seconds."""
    seconds = int(request.GET["seconds"])
    print(f"a request takes {seconds} seconds", flush=True)
    time.sleep(seconds)
    return HttpResponse("answered")


urlpatterns = [path("ping/", ping), path("slow/", slow)]
