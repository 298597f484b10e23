#!/usr/bin/env bash
# Installs the SDKs of Pulumi that the programs of the tests import, and prints the directory where they are. It is kept
# in Go's cache directory, under a name that changes with the versions. It needs Node 20 or later with npm, and Python
# with its venv module.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

for command in npm python3; do
  command -v "$command" >/dev/null || { echo "missing: $command" >&2; exit 1; }
done
python3 -c 'import ensurepip, venv' 2>/dev/null || { echo "missing: the module venv of python3" >&2; exit 1; }

key=$( { cat install.sh requirements.txt package-lock.json; node --version; python3 -VV; } | git hash-object --stdin )
languages=$(go env GOCACHE)-care-ecs/languages-${key:0:12}
if [[ ! -e $languages/installed ]]; then
  rm -rf "$languages"
  mkdir -p "$languages"
  cp package.json package-lock.json "$languages"
  npm ci --silent --no-audit --no-fund --ignore-scripts --prefix "$languages" >&2
  python3 -m venv "$languages/python"
  "$languages/python/bin/pip" install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt >&2
  touch "$languages/installed"
fi
echo "$languages"
