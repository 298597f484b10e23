#!/bin/bash
printf celery-beat > /tmp/container-role
set -eo pipefail
./wait_for_db.sh
python manage.py migrate --noinput
touch /tmp/healthy
celery --app config.celery_app beat --loglevel info
