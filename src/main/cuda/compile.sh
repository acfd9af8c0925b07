#!/usr/bin/env bash
# Compiles the kernels into the images of the jar, or another folder; needs nvcc 13.
#
#   compile.sh [FOLDER]             all images, and images.sha256 of them
#   compile.sh --code-only FOLDER   the code that drivers compile (PTX), from which the machine code is made
set -euo pipefail
code_only=
if [ "${1:-}" = --code-only ]; then code_only=yes && shift; fi
to=${1:-$(dirname -- "$0")/../resources/io/heed/gpu}
mkdir -p -- "$to"
to=$(cd -- "$to" && pwd)
cd -- "$(dirname -- "$0")"

# The oldest versions that have their instructions, so that older drivers take them.
code() { # name, capability, version
  nvcc -std=c++17 -O3 -ptx -arch="compute_$2" -o "$to/$1.ptx" "$1.cu"
  sed -i "s/^\.version .*/.version $3/" "$to/$1.ptx"
}
code encoder 80 7.0 &
code hopper 90a 8.0
wait $!
[ -z "$code_only" ] || exit 0

parts=$(mktemp -d)
trap 'rm -rf -- "$parts"' EXIT
images=()
for capability in 80 86 89 90 100 120; do
  ptxas -O3 -arch="sm_$capability" -o "$parts/$capability" "$to/encoder.ptx"
  images+=("--image3=kind=elf,sm=$capability,file=$parts/$capability")
done
fatbinary --create="$to/encoder.fatbin" -64 "${images[@]}"
ptxas -O3 -arch=sm_90a -o "$to/hopper.cubin" "$to/hopper.ptx"
cd -- "$to"
sha256sum encoder.ptx encoder.fatbin hopper.ptx hopper.cubin >images.sha256
