#!/bin/sh
# Brings the program for this machine, and says where it is in the output `program`.
# A released version of the action has release.txt beside this file: tag, checksum and name of each platform's archive.
# Without it (a branch) the program is installed with Python from the action's own checkout.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
home=${RUNNER_TEMP:-/tmp}/prisma-drift-host
releases=${PRISMA_DRIFT_RELEASES:-https://github.com/prisma-drift/prisma-drift/releases/download}

stop() {
  echo "::error::prisma-drift: $1"
  exit 1
}

case $(uname -s) in
  Linux) system=linux ;;
  Darwin) system=darwin ;;
  *) stop "the check runs on Linux and macOS; on Windows use a job with runs-on: ubuntu-latest" ;;
esac
case $(uname -m) in
  x86_64 | amd64) machine=x64 ;;
  aarch64 | arm64) machine=arm64 ;;
  *) machine=$(uname -m) ;;
esac

if [ -f "$here/release.txt" ]; then
  archive=prisma-drift-$system-$machine.tar.gz
  line=$(grep " $archive\$" "$here/release.txt") || stop "there is no program for $system-$machine; use the container: uses: prisma-drift/prisma-drift"
  # shellcheck disable=SC2086  # three words: tag, checksum, name
  set -- $line
  program=$home/$2/prisma-drift
  if [ ! -x "$program" ]; then
    mkdir -p "$home"
    curl -fsSL --retry 3 -o "$home/$archive" "$releases/$1/$archive" || stop "$releases/$1/$archive cannot be fetched"
    if command -v sha256sum >/dev/null; then sum=$(sha256sum "$home/$archive"); else sum=$(shasum -a 256 "$home/$archive"); fi
    [ "${sum%% *}" = "$2" ] || stop "$archive is not the file that was released: its checksum is ${sum%% *}, and not $2"
    mkdir -p "$home/$2"
    tar -xzf "$home/$archive" -C "$home/$2"
    rm "$home/$archive"
  fi
else
  python=$(command -v python3 || command -v python) || stop "this version of the action is not released: it needs Python 3.11 or newer"
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop "this version of the action is not released: it needs Python 3.11 or newer, and $python is older"
  program=$home/python/bin/prisma-drift
  if [ ! -x "$program" ]; then
    "$python" -m venv "$home/python"
    "$home/python/bin/python" -m pip install -q --disable-pip-version-check "$here/.."
  fi
fi
echo "program=$program" >> "${GITHUB_OUTPUT:-/dev/stdout}"
