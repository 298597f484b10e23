# Sourced by the start scripts: waits for the database, as those of Care do.
until python -c 'import os, psycopg; psycopg.connect(os.environ["DATABASE_URL"])'; do
  echo "waiting for the database" >&2
  sleep 1
done
