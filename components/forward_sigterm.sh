# Runs the command of its arguments. On SIGTERM it sends SIGTERM to the command's main process alone, waits for that
# process, and exits with that process's own status.
#
# Care's start scripts are shells that run gunicorn or Celery without exec and without a trap. The main process is the
# first process below the command that is not such a shell. Its own children must not get the signal: a process of a
# worker's pool would die of it, and the task that it runs with it. The shells are suspended first, so that they start
# nothing more, and killed when the main process has ended. All comes from /proc/<pid>/cmdline, stat and status
# (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html), which need no option of the kernel.

# look reads the state, the parent and the exit code of process $1. It fails if there is no such process.
look() {
  local line= fields
  IFS= read -r -d '' line <"/proc/$1/stat"
  [[ $line ]] || return 1
  read -r -d '' -a fields <<<"${line##*) }" # what follows the name, which may contain anything
  state=${fields[0]} parent=${fields[1]} code=${fields[-1]}
} 2>/dev/null

# running reports whether process $1 has not ended.
running() { look "$1" && [[ $state != [XZ] ]]; }

# is_shell reports whether process $1 is a shell.
is_shell() {
  local name=
  IFS= read -r -d '' name <"/proc/$1/cmdline"
  [[ ${name##*/} == @(bash|dash|sh) ]]
} 2>/dev/null

# catches_sigterm reports whether process $1 has a handler for SIGTERM, which is bit 14 of the mask.
catches_sigterm() {
  local key mask
  while read -r key mask; do
    [[ $key != SigCgt: ]] || return $((~0x$mask >> 14 & 1))
  done <"/proc/$1/status"
  return 1
} 2>/dev/null

# children prints the processes that process $1 has started.
children() {
  local process
  for process in /proc/[0-9]*; do
    if look "${process#/proc/}" && ((parent == $1)); then echo "${process#/proc/}"; fi
  done
}

# terminate sends SIGTERM to the main process in the tree of process $1: to several if a shell runs several. A shell
# that has a trap counts as a main process. It may end before the processes it runs, or run its trap only after they have
# ended: they are kept in left.
terminate() {
  local child
  if is_shell "$1" && ! catches_sigterm "$1"; then
    kill -STOP "$1" && shells[$1]=$1
    while running "$1" && [[ $state != T ]]; do sleep 0.01; done
    if is_shell "$1"; then
      for child in $(children "$1"); do terminate "$child"; done
      return
    fi
    unset "shells[$1]" # it has become another program by exec
  fi
  running "$1" || return
  if is_shell "$1"; then left+=($(children "$1")); fi
  kill -TERM "$1" && mains[$1]=$1
  kill -CONT "$1"
} 2>/dev/null

# await_mains returns when no main process runs, or after $1 tenths of a second.
await_mains() {
  local main tenths=0
  for main in "${mains[@]}"; do
    while running "$main" && ((tenths++ < ${1:-2**31})); do sleep 0.1; done
  done
}

# finish waits until nothing is left of the command, and exits with the status of the main process. A shell's trap has
# two seconds to pass the signal on.
finish() {
  local process status=143
  await_mains ${left:+20}
  for process in "${left[@]}"; do
    if running "$process"; then terminate "$process"; fi
  done
  await_mains
  if ((${#shells[@]} == 0)); then
    wait "$!"
    exit $?
  fi
  # The parent of the main process is suspended and has not asked for its status. Of several, the last is in the foreground.
  if ((${#mains[@]})) && look "${mains[-1]}"; then
    status=$((code & 127 ? 128 + (code & 127) : code >> 8))
  fi
  exec 2>/dev/null # bash reports a child that was killed
  kill -KILL "${shells[@]}"
  wait "$!"
  exit "$status"
}

# is_copy reports whether process $1 is a copy of this shell, which has not begun its command yet. It has this shell's
# trap, and would lose a signal.
is_copy() {
  local own other
  mapfile -d '' own <"/proc/$$/cmdline"
  mapfile -d '' other <"/proc/$1/cmdline"
  [[ ${own[*]} == "${other[*]}" ]]
} 2>/dev/null

# stop does all in the trap, because a signal may come before the wait below, which would not return. Another signal runs
# it anew.
stop() {
  [[ $! ]] || exit 143
  while is_copy "$!"; do sleep 0.01; done
  terminate "$!"
  finish
}

shells=() mains=() left=()
trap stop TERM
"$@" &
wait "$!"
