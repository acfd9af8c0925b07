#!/usr/bin/env bash
# Compiles the kernels into the images of the jar, or another folder; needs nvcc 13.
set -euo pipefail
cd -- "$(dirname -- "$0")"
to=${1:-../resources/io/heed/gpu}
mkdir -p "$to"
code=()
for capability in 80 86 89 90 100 120; do
  code+=(-gencode "arch=compute_$capability,code=sm_$capability")
done
nvcc -std=c++17 -O3 -fatbin "${code[@]}" -o "$to/encoder.fatbin" encoder.cu
nvcc -std=c++17 -O3 -ptx -arch=compute_80 -o "$to/encoder.ptx" encoder.cu
# The oldest version that has its instructions, so that older drivers take it.
sed -i 's/^\.version .*/.version 7.0/' "$to/encoder.ptx"
