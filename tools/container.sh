#!/bin/sh
# One step of what the image is made of, in the checkout: each is a layer of the Containerfile, and where no image can be
# built, tools/container_check.sh takes them one after the other.
#     tools/container.sh torch cpu|cuda | dependencies | package
# PREFIX is the virtual environment that is filled.
set -eu

prefix=${PREFIX:-/opt/receiptgen}
install="$prefix/bin/python -m pip --disable-pip-version-check --no-input --quiet install --no-compile"

case $1 in
torch)
    python3 -m venv "$prefix"
    # The index of PyTorch's builds for CPUs, as tests have it; elsewhere pip finds those with CUDA.
    index=
    if [ "$2" = cpu ]; then
        index=$(sed -n 's/^TORCH_INDEX ?= //p' Makefile)
    fi
    "$prefix/bin/python" tools/install_torch.py "$index"
    # An image for CPUs with CUDA in it would be five times as large.
    if [ "$2" = cpu ] && "$prefix/bin/python" -c 'import sys, torch; sys.exit(torch.version.cuda is None)'; then
        echo "tools/container.sh: no build of PyTorch for CPUs can be reached; --build-arg DEVICE=cuda takes what there is" >&2
        exit 1
    fi
    ;;
dependencies)
    "$prefix/bin/python" tools/requirements.py read serve pdf heif speedups torch | $install --constraint constraints.txt --requirement /dev/stdin
    ;;
package)
    $install --no-deps .
    ;;
*)
    echo "tools/container.sh: $1: no such step" >&2
    exit 2
    ;;
esac
