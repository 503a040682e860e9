#!/usr/bin/env bash
# Build the image and use it, where podman or docker is at hand and can fetch what it is based on; elsewhere take the steps of
# its build in a folder, and use that. Exits with the first thing that fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
image=localhost/receiptgen:check

base=python:$(sed -n 's/^ARG PYTHON=//p' Containerfile)-slim
# Whether there is a builder, and the base is there or can be fetched: no fault of the image if not.
builds() {
    "$1" info >/dev/null 2>&1 && { "$1" image inspect "$base" || timeout 300 "$1" pull "$base"; } >/dev/null 2>&1
}

for builder in podman docker none; do
    if [ "$builder" = none ] || builds "$builder"; then
        break
    fi
done

scratch=$(mktemp -d)
server=
finish() {
    if [ -n "$server" ]; then
        if [ "$builder" = none ]; then kill "$server"; else "$builder" rm --force "$server" >/dev/null; fi
    fi
    rm -rf "$scratch"
}
trap finish EXIT
work="$scratch/work"
mkdir "$work"

if [ "$builder" = none ]; then
    echo "neither podman nor docker can fetch $base: the steps of the build are taken without an image"
    export PREFIX="$scratch/receiptgen"
    tools/container.sh torch cpu
    tools/container.sh dependencies
    tools/container.sh package
    inside() { (cd "$work" && "$PREFIX/bin/receiptgen" "$@"); }
else
    echo "building with $builder"
    "$builder" build --file Containerfile --tag "$image" .
    # What is written to the folder belongs to whoever runs this; podman maps users, unless root runs it.
    user=(--user "$(id -u):$(id -g)")
    if [ "$builder" = podman ] && [ "$(id -u)" != 0 ]; then
        user=(--userns keep-id)
    fi
    inside() { "$builder" run --rm "${user[@]}" --volume "$work:/work" --shm-size 1g "$image" "$@"; }
fi

inside draw 2 --kinds receipt,price --templates cafe --profile scan --quiet --out drawn
inside read drawn/results/000000/receipt.png
inside train --recipe quick --steps 2 --batch 8 --workers 1 --quiet --out run
inside read drawn/results_test/price/000000.png --lines --weights run/best.safetensors

# The server, and the check of its health.
port=$((20000 + RANDOM % 10000))
if [ "$builder" = none ]; then
    (cd "$work" && exec "$PREFIX/bin/receiptgen" serve --port $port) &
    server=$!
    healthy() { "$PREFIX/bin/python" tools/container_health.py "$server"; }
else
    server=$("$builder" run --detach --publish "127.0.0.1:$port:$port" "$image" serve --host 0.0.0.0 --port $port)
    healthy() { "$builder" exec "$server" python /opt/receiptgen/health.py; }
fi
for _ in $(seq 120); do
    if healthy; then
        echo "the server is well"
        exit 0
    fi
    sleep 1
done
echo "the server is not well after two minutes" >&2
exit 1
