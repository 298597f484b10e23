#!/bin/bash
case $(cat /tmp/container-role) in
  api) curl -fsS http://localhost:9000/ping/ ;;
  celery-worker) celery --app config.celery_app inspect ping --destination "celery@$HOSTNAME" ;;
  celery-beat) ls /tmp/healthy ;;
  *) exit 1 ;;
esac
