#!/bin/sh
# Installs packed tarballs into a copy of the example, as a project of its own would, and checks it.
# usage: trial.sh FOLDER PLATFORM     FOLDER: with the tarballs; PLATFORM: linux-x64 and the like
set -eu
tarballs=$(cd "$1" && pwd)
project=$(mktemp -d)
cp -r examples/alignment-plan/. "$project"
cd "$project"
npm install --no-audit --no-fund --save-dev "$tarballs"/prisma-drift-"$2"-*.tgz "$tarballs"/prisma-drift-[0-9]*.tgz
status=0
npx --no-install prisma-drift check || status=$?
test "$status" -eq 2
