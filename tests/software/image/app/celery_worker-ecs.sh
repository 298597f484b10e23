#!/bin/bash
printf celery-worker > /tmp/container-role
celery --app config.celery_app worker --max-tasks-per-child 6 --loglevel info
