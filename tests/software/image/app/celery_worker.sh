#!/bin/bash
printf celery-worker > /tmp/container-role
set -eo pipefail
./wait_for_db.sh
celery --app config.celery_app worker --max-tasks-per-child 6 --loglevel info --concurrency "${CELERY_WORKER_CONCURRENCY:-1}"
