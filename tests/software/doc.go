// Package software runs the container definitions of the components with real software: PostgreSQL, Redis Stack,
// Celery, gunicorn and Django, and an application of its own under start scripts of Care's kind. It is skipped where
// this software is not installed.
package software
