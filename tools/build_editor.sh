#!/bin/sh
# Builds receiptgen/serving/static/codemirror.js again, with the versions of tools/editor/package-lock.json; needs npm.
set -eu
cd "$(dirname "$0")/editor"
npm ci --ignore-scripts --no-audit --no-fund
node build.js
