#!/bin/bash
printf celery-beat > /tmp/container-role
. ./wait.sh
python manage.py migrate --noinput
touch /tmp/healthy
celery --app config.celery_app beat --loglevel info
