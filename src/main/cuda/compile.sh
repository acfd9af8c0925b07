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
nvcc -std=c++17 -O3 -cubin -gencode arch=compute_90a,code=sm_90a -o "$to/hopper.cubin" hopper.cu
nvcc -std=c++17 -O3 -ptx -arch=compute_90a -o "$to/hopper.ptx" hopper.cu
# The oldest versions that have their instructions, so that older drivers take them.
sed -i 's/^\.version .*/.version 7.0/' "$to/encoder.ptx"
sed -i 's/^\.version .*/.version 8.0/' "$to/hopper.ptx"
