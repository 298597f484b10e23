#!/bin/bash
# Like Care's start scripts of 2024: no errexit, no exec, no trap.
printf api > /tmp/container-role
. ./wait.sh
gunicorn config.wsgi:application --bind 0.0.0.0:9000 --workers 2 --chdir /app
