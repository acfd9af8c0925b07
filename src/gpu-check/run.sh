#!/usr/bin/env bash
#
# Checks Heed's kernels on this machine's GPU and times them beside PyTorch's, in under ten minutes. What it finds is in OUT
# (./out) as soon as it is found. Needs an NVIDIA driver, and a python3 (or PYTHON) with PyTorch.
#
#   run.sh          --dry: tiny shapes and no GPU needed; GPU_CHECK_LIBRARY names an emulated libcuda.so.1
set -uo pipefail

here=$(cd -P -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd)
readonly here
out=${OUT:-./out}
mkdir -p -- "$out"
out=$(cd -- "$out" && pwd)
readonly out
readonly python=${PYTHON:-python3} whole=570
export PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 TOKENIZERS_PARALLELISM=true HF_HUB_OFFLINE=1
dry=()
[ "${1:-}" != --dry ] || dry=(--dry)
rm -f -- "$out/records.jsonl"
# The toolkit's own tools are often beside the path.
PATH=$PATH:/usr/local/cuda/bin

note() { # step, state, seconds, limit
  printf '{"step": "steps", "what": "%s", "state": "%s", "seconds": %d, "limit": %d}\n' "$@" >>"$out/records.jsonl"
}

# Runs a step in its own time, which is what is left of the whole at most. One that hangs is killed with all that it started.
step() { # name, limit, program, its arguments
  local name=$1 limit=$2 began=$SECONDS status
  shift 2
  [ "$limit" -lt $((whole - SECONDS)) ] || limit=$((whole - SECONDS))
  if [ "$limit" -lt 10 ]; then
    note "$name" 'NOT RUN: no time left' 0 0
    return
  fi
  printf '\n== %s, at most %d s\n' "$name" "$limit" | tee -a "$out/run.txt"
  timeout --kill-after=5 "$limit" "$python" "$here/python/$1.py" --out "$out" --limit $((limit - 5)) "${dry[@]}" "${@:2}" 2>&1 \
    | tee -a "$out/run.txt"
  status=${PIPESTATUS[0]}
  case $status in
    0) note "$name" done $((SECONDS - began)) "$limit" ;;
    124 | 137) note "$name" 'STOPPED: its time is over' $((SECONDS - began)) "$limit" ;;
    *) note "$name" "FAILED: status $status" $((SECONDS - began)) "$limit" ;;
  esac
}

checked() { # a tool of compute-sanitizer, limit
  if command -v compute-sanitizer >/dev/null; then
    step "$1" "$2" correctness --checker "$1"
  else
    note "$1" 'NOT RUN: no compute-sanitizer' 0 "$2"
  fi
}

step card 30 card
step correctness 120 correctness
step encoders 170 encoder_speed
step kernels 80 kernel_speed
checked memcheck 60
step peers 100 peers
checked racecheck 50

"$python" "$here/python/table.py" "$out" 2>&1 | tee "$out/table.txt"
! grep -qE '"right": false|"state": "(FAILED|STOPPED)' "$out/records.jsonl"
