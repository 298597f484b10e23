# Runs Redis by the command of its arguments. On SIGTERM it has Redis save its data and end, by SHUTDOWN, and exits with
# the command's status. A signal would end the image's script, which does not wait for Redis, and Redis with it. POSIX,
# with redis-cli beside it, which takes the password from REDISCLI_AUTH.

# shut_down asks until this process is killed. Redis does not answer before it listens, and refuses if it cannot write a
# snapshot. By then it has completed its append-only file, so that it may end without one
# (https://redis.io/docs/latest/commands/shutdown/).
shut_down() {
  redis-cli shutdown
  while sleep 2; do redis-cli shutdown nosave; done
}

stop() {
  trap '' TERM
  redis=$!
  [ -n "$redis" ] || exit 143
  shut_down &
  wait "$redis"
  status=$?
  kill -KILL "$!"
  exit "$status"
}

trap stop TERM
"$@" &
wait "$!"
