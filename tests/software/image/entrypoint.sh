#!/usr/bin/dumb-init /bin/sh
# Starts Redis as the script of redis/redis-stack-server does: under dumb-init, by a shell that does not exec, with the
# modules, and with REDIS_ARGS split into words
# (https://github.com/redis-stack/redis-stack/blob/v7.4.0-v3/etc/scripts/entrypoint.sh).
stack=/opt/redis-stack
cd $stack || exit

$stack/bin/redis-server --dir /data --protected-mode no --daemonize no \
  --loadmodule $stack/lib/redisearch.so MAXSEARCHRESULTS 10000 MAXAGGREGATERESULTS 10000 \
  --loadmodule $stack/lib/redistimeseries.so \
  --loadmodule $stack/lib/rejson.so \
  --loadmodule $stack/lib/redisbloom.so \
  $REDIS_ARGS
