#!/bin/bash
# Like Care's start scripts of 3.x: errexit, scripts of their own that wait, no exec, no trap.
printf api > /tmp/container-role
set -eo pipefail
./wait_for_db.sh
gunicorn config.wsgi:application --bind 0.0.0.0:9000 --workers "${GUNICORN_WORKERS:-2}" --chdir /app
