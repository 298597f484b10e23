# Prints one line of JSON every $1 seconds: how many entries the lists named by the other arguments have together, and
# how much of maxmemory is in use, in percent. Where Redis does not say both, the line has neither, but what it said.
# POSIX, with redis-cli, timeout and tr beside it. Both commands run in the background, so that SIGTERM ends it at once.
set -f
trap 'kill "$!" 2>/dev/null; exit 0' TERM
interval=$1
shift

measure() {
  said=$({ printf 'LLEN %s\n' "$@"; echo 'INFO memory'; } | timeout 5 redis-cli 2>&1 | tr -d '"\\' | tr '\r\n' '  ')
  length=0 answers=0 used='' limit=''
  for word in $said; do
    case $word in
      used_memory:*) used=${word#*:} ;;
      maxmemory:*) limit=${word#*:} ;;
      *[!0-9]*) ;;
      *) length=$((length + $word)) answers=$((answers + 1)) ;;
    esac
  done
  if [ "$answers" -eq "$#" ] && [ -n "$used" ] && [ "${limit:-0}" -gt 0 ]; then
    printf '{"queueLength":%d,"memoryPercent":%d}\n' "$length" $((used * 100 / limit))
  else
    printf '{"error":"%.200s"}\n' "${said:-Redis does not answer}"
  fi
}

while :; do
  measure "$@" &
  wait "$!"
  sleep "$interval" &
  wait "$!"
done
