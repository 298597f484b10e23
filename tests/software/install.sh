#!/usr/bin/env bash
# Installs the software that the tests of this directory run, and prints the directory where it is. It is kept in Go's
# cache directory, under a name that changes with the versions. It needs Linux on x86-64 and npm; what it needs of Debian
# it installs itself if it is root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# Command and package of Debian, in pairs. Python is the system's, with its venv module.
needed=(bwrap:bubblewrap tini:tini dumb-init:dumb-init nsenter:util-linux curl:curl npm:npm python3:python3)

missing() {
  local pair
  for pair in "${needed[@]}"; do
    command -v "${pair%:*}" >/dev/null || printf '%s\n' "${pair#*:}"
  done
  python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
}

[[ $(uname -sm) == "Linux x86_64" ]] || { echo "the software is for Linux on x86-64" >&2; exit 1; }
mapfile -t packages < <(missing)
if ((${#packages[@]})); then
  if [[ $EUID -ne 0 ]] || ! command -v apt-get >/dev/null; then
    echo "missing, and only root can install it on Debian: apt-get install ${packages[*]}" >&2
    exit 1
  fi
  apt-get update --quiet >&2
  apt-get install --quiet --yes --no-install-recommends "${packages[@]}" >&2
fi

key=$( { cat install.sh requirements.txt package-lock.json; python3 -VV; command -v python3; } | git hash-object --stdin )
software=$(go env GOCACHE)-care-ecs/software-${key:0:12}
if [[ ! -e $software/installed ]]; then
  rm -rf "$software"
  mkdir -p "$software"
  cp package.json package-lock.json "$software"
  npm ci --silent --no-audit --no-fund --prefix "$software" >&2
  python3 -m venv "$software/python"
  "$software/python/bin/pip" install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt >&2
  touch "$software/installed"
fi
echo "$software"
