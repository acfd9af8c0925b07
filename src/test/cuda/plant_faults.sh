#!/usr/bin/env bash
# Plants one fault after the other in a copy of the kernels, and asks the tests of the emulated GPU whether they see it.
#
#   src/test/cuda/plant_faults.sh [REGEX]    those faults alone whose names match
#   src/test/cuda/plant_faults.sh --look     only looks whether each can be planted, and tests nothing
#
# Needs the tests' classes (mvn test-compile). Fails when a fault is missed, or cannot be planted.
set -uo pipefail
cd -- "$(dirname -- "$0")/../../.."
look=
wanted=${1:-}
if [[ $wanted == --look ]]; then look=yes wanted=; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
faults=0
caught=0

if [[ -z $look ]]; then
  # The launcher of the tests stands beside their engine.
  mvn -o -q -B -ntp dependency:build-classpath "-Dmdep.outputFile=$work/classpath" > "$work/told" 2>&1 \
    || { cat "$work/told"; exit 1; }
  classpath=$(< "$work/classpath")
  engine=$(tr : '\n' <<< "$classpath" | grep -F /junit-platform-engine/)
  classpath=target/test-classes:target/classes:$classpath:${engine//junit-platform-engine/junit-platform-launcher}
fi

# Builds the driver of the copy and runs some tests: 0 when they pass.
run_tests() {
  g++ -std=c++17 -O2 -fPIC -shared -fvisibility=hidden -w "-I$work/cuda" -Isrc/test/cuda -o "$work/libcuda.so.1" \
    src/test/cuda/emulated_driver.cc > "$work/told" 2>&1 || return 2
  # In a shell of its own, so that what a crash says is told where the rest is.
  # shellcheck disable=SC2086
  (timeout 300 java -Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-CreateCoredumpOnCrash "-XX:ErrorFile=$work/crash" \
    --add-modules jdk.incubator.vector "-Dheed.gpu.library=$work/libcuda.so.1" -cp "$classpath" \
    src/test/cuda/RunUntilFailure.java $1; exit $?) > "$work/told" 2>&1
}

# plant NAME TESTS FILE FROM TO [FROM TO]...: in FILE each FROM, at its first place, becomes TO.
plant() {
  local name=$1 tests=$2 file=$3 text next
  shift 3
  [[ $name =~ $wanted ]] || return 0
  faults=$((faults + 1))
  rm -rf "$work/cuda"
  cp -r src/main/cuda "$work/cuda"
  text=$(< "$work/cuda/$file")
  while (($# > 0)); do
    next=${text/"$1"/"$2"}
    [[ $next != "$text" ]] || { echo "NOT PLANTED $name: $file has no $1"; return 0; }
    text=$next
    shift 2
  done
  if [[ -n $look ]]; then caught=$((caught + 1)) && return 0; fi
  printf '%s\n' "$text" > "$work/cuda/$file"
  run_tests "$tests"
  case $? in
    0) echo "MISSED $name" ;;
    2) echo "NOT COMPILED $name: $(grep -a -m 1 error "$work/told")" ;;
    *)
      caught=$((caught + 1))
      echo "caught $name: $(grep -aE -m 1 'emulated GPU: |^failed: |SIGSEGV' "$work/told" | cut -c 1-150)"
      ;;
  esac
}

PRODUCTS=io.heed.gpu.GpuProductsTest
HOPPER=io.heed.gpu.HopperProductsTest
NORMS=io.heed.gpu.GpuNormsTest
ENCODER=io.heed.gpu.GpuEncoderTest
FAMILIES=io.heed.gpu.GpuFamiliesTest

cp -r src/main/cuda "$work/cuda"
if [[ -z $look ]] && ! run_tests "$PRODUCTS $HOPPER $NORMS $ENCODER $FAMILIES"; then
  tail -n 5 "$work/told"
  echo "the tests fail without a fault"
  exit 1
fi

plant "product: a wait too weak" $PRODUCTS product.cuh 'wait_for_copies<STAGES - 2>' 'wait_for_copies<STAGES - 1>'
plant "product: no meeting before a slice is copied" $PRODUCTS product.cuh \
  $'    meet_block();\n    int next' '    int next'
plant "product: no meeting before the finished tile" $PRODUCTS product.cuh \
  $'  wait_for_copies<0>();\n  meet_block();' '  wait_for_copies<0>();'
plant "product: no meeting before the finished tile is read" $PRODUCTS product.cuh \
  $'  meet_block();\n  int out0' '  int out0'
plant "product: chunks swizzled otherwise than read" $PRODUCTS product.cuh \
  'start_copy(shared + place_in_slice(r, c)' 'start_copy(shared + place_in_slice(r ^ 1, c)'
plant "product: rows behind the last written" $PRODUCTS product.cuh 'row0 + r >= M || ' ''
plant "product: columns behind the last written" $PRODUCTS product.cuh ' || out0 + c >= width' ''
plant "product: rows behind the last read" $PRODUCTS product.cuh 'row + r < rows ? row + r : rows - 1' 'row + r'
plant "product: depth off by one chunk" $PRODUCTS product.cuh 'column < columns;' 'column <= columns;'
plant "product: halves of a fragment exchanged" $PRODUCTS product.cuh \
  'columns[j / 2][j % 2 * 2], columns[j / 2][j % 2 * 2 + 1]' 'columns[j / 2][j % 2 * 2 + 1], columns[j / 2][j % 2 * 2]'
plant "product: SiLU without its negative tail" $PRODUCTS activations.cuh 'x * -1.44269504f)' 'fabsf(x) * -1.44269504f)'

plant "attention: a wait too weak" $ENCODER attention.cuh 'wait_for_copies<1>' 'wait_for_copies<2>'
plant "attention: no meeting before keys are read" $ENCODER attention.cuh \
  $'    meet_block();\n    if (part == begin)' '    if (part == begin)'
plant "attention: no meeting before keys are copied" $ENCODER attention.cuh \
  $'    meet_block();\n  }\n\n  if (idle)' $'  }\n\n  if (idle)'
plant "attention: no meeting before whole rows are written" $ENCODER attention.cuh 'meet_warp();' ''
plant "attention: mask off by one" $ENCODER attention.cuh 'if (k >= mine.length' 'if (k > mine.length'
plant "attention: sums not rescaled" $ENCODER attention.cuh 'sums[d][2 * half + 1] *= before;' ''
plant "attention: total not rescaled" $ENCODER attention.cuh 'multiply_add(total[half], before, added)' 'total[half] + added'
plant "attention: largest of half a row" $ENCODER attention.cuh 'most = fmaxf(most, from_lane(most, 2));' ''
plant "attention: queries behind the last written" $ENCODER attention.cuh 'mine.first + r < mine.length && ' ''
plant "norm: what is behind the width counts" $NORMS norms.cuh 'column(j) < width ? values[j][i] - mean : 0.0f' 'values[j][i] - mean'
plant "norm: rows behind the last written" $NORMS norms.cuh 'if (index >= rows) return;' ''
plant "norm: biased sums" $NORMS norms.cuh 'sum += values[j][i];' 'sum += values[j][i & 2];'
plant "embedding: tokens left out" $ENCODER norms.cuh 't += 4' 't += 5'
plant "pooling: one token too few" $ENCODER pooling.cuh 't < end' 't < end - 1'
plant "finish: nothing is flagged" $ENCODER pooling.cuh 'flags[sequence] |= NOT_FINITE' 'flags[sequence] |= 0'
plant "finish: squares that overflow" $ENCODER pooling.cuh 'multiply_add(squares, 0.0f, ' '(0.0f + '
plant "norm: squares that overflow" $ENCODER norms.cuh 'multiply_add(variance, 0.0f, ' '(0.0f + '
plant "pooling: weights from zero" $ENCODER pooling.cuh '(t - starts[sequence] + 1)' '(t - starts[sequence])'

plant "gate: the next pair of columns" $FAMILIES product.cuh '(j + 1) % 4][2 * half] ' '(j + 2) % 4][2 * half] '
plant "gate: its bias left out" $FAMILIES product.cuh '][2 * half] + bias2' '][2 * half]'
plant "rotation: keys not turned" $FAMILIES product.cuh 'turned(pair, turn, row0 + row, column0 + column)' \
  'turned(pair, turn, row0 + row, column0 + column + turn.columns / 2)'
plant "rotation: turned the other way" $FAMILIES rotation.cuh 'pair.x * angle.y' '-(pair.x * angle.y)'
plant "rotation: what is not to be turned is" $FAMILIES rotation.cuh ' || k >= turn.pairs' ''
plant "rotation: own tables begin one row late" $FAMILIES rotation.cuh '-1 - place' '-place'
plant "window: one key too many" $FAMILIES attention.cuh 'distance > heads.after ||' 'distance > heads.after + 1 ||'
plant "window: the first keys left out" $FAMILIES attention.cuh 'int begin = nearest / KEYS' 'int begin = (nearest + KEYS - 1) / KEYS'
plant "bias: of the next distance" $FAMILIES attention.cuh 'scores[n][e] += bias[distance];' 'scores[n][e] += bias[distance + 1];'
plant "shared keys: those of another head" $FAMILIES attention.cuh 'block_y() / (heads.count / heads.shared)' 'block_y() % heads.shared'
plant "norm: a mean where there is none" $FAMILIES norms.cuh 'bool layer = norm.form == LAYER_NORM;' 'bool layer = true;'

plant "Hopper: copies wait for no stage" $HOPPER hopper_product.cuh 'ring.wait_until_read(filling);' ''
plant "Hopper: products wait for no stage" $HOPPER hopper_product.cuh 'ring.wait_until_full(filling);' ''
plant "Hopper: a stage left before it is read" $HOPPER hopper_product.cuh 'wait_for_products<1>' 'wait_for_products<2>'
plant "Hopper: sums read before their products have ended" $HOPPER hopper_product.cuh 'wait_for_products<0>' 'wait_for_products<1>'
plant "Hopper: the last stage not left" $HOPPER hopper_product.cuh $'wait_for_products<0>();\n  ring.leave(filling - 1);' 'wait_for_products<0>();'
plant "Hopper: a stage left to its own block alone" $HOPPER hopper_product.cuh \
  'if (lane < BLOCKS) arrive_at(read(filling), lane);' 'if (lane < BLOCKS) arrive_at(read(filling), block_of_cluster());'
plant "Hopper: warps of one block counted" $HOPPER hopper_product.cuh '4 * BLOCKS' '4'
plant "Hopper: wrong phase of a full stage" $HOPPER hopper_product.cuh \
  'wait_for_phase(full(filling), filling / STAGES & 1)' 'wait_for_phase(full(filling), (filling / STAGES & 1) ^ 1)'
plant "Hopper: wrong phase of a read stage" $HOPPER hopper_product.cuh '(filling / STAGES & 1) ^ 1' '(filling / STAGES & 1)'
plant "Hopper: the other group's fillings forgotten" $HOPPER hopper_product.cuh 'multiply(ring, i * slices' 'multiply(ring, i / 2 * slices'
plant "Hopper: groups take no turns" $HOPPER hopper_product.cuh \
  'meet_some(TURNS + group, 2 * GROUP_THREADS);' '' \
  'if (!last) pass_some(TURNS + (group ^ 1), 2 * GROUP_THREADS);' '' 'if (group == 1) pass_some(TURNS, 2 * GROUP_THREADS);' ''
plant "Hopper: a turn passed on before its products" $HOPPER hopper_product.cuh \
  'if (!last) pass_some(TURNS + (group ^ 1), 2 * GROUP_THREADS);' '' \
  'meet_some(TURNS + group, 2 * GROUP_THREADS);' \
  'meet_some(TURNS + group, 2 * GROUP_THREADS); if (!last) pass_some(TURNS + (group ^ 1), 2 * GROUP_THREADS);'
plant "Hopper: a share of columns to the wrong half" $HOPPER hopper_product.cuh \
  'ring.columns(filling) + share' 'ring.columns(filling) + (SHARE - share)'
plant "Hopper: a share of the wrong columns" $HOPPER hopper_product.cuh 'column + share);' 'column + SHARE - share);'
plant "Hopper: columns for one block alone" $HOPPER hopper_product.cuh '(1 << BLOCKS) - 1' '1 << block_of_cluster()'
plant "Hopper: too few bytes expected" $HOPPER hopper_product.cuh 'ring.STAGE_BYTES);' 'ring.STAGE_BYTES - ring.ROWS_BYTES);'
plant "Hopper: both blocks make the same rows" $HOPPER hopper_product.cuh '* BLOCKS + block_of_cluster()' '* BLOCKS'
plant "Hopper: wrong stride of eight rows" $HOPPER hopper_product.cuh '(8 * SLICE * 2 >> 4)' '(4 * SLICE * 2 >> 4)'
plant "Hopper: operands not swizzled" $HOPPER hopper_product.cuh '1ull << 62' '0ull << 62'
plant "Hopper: a slice's values out of step" $HOPPER hopper_product.cuh \
  'multiply_tiles(sums[1], rows + k * 2 +' 'multiply_tiles(sums[1], rows + (k ^ 1) * 2 +'
plant "Hopper: the lower rows begin too early" $HOPPER hopper_product.cuh '(64 * SLICE * 2 >> 4)' '(56 * SLICE * 2 >> 4)'
plant "Hopper: each slice begins the sums anew" $HOPPER hopper_product.cuh 's > 0 || k > 0' 'k > 0'
plant "Hopper: rows behind the last written" $HOPPER hopper_product.cuh 'if (from < M && at < N / MAPS)' 'if (at < N / MAPS)'
plant "Hopper: columns behind the last written" $HOPPER hopper_product.cuh 'if (from < M && at < N / MAPS)' 'if (from < M)'
plant "Hopper: rows behind the last residual read" $HOPPER hopper_product.cuh 'there = from < M && at < N' 'there = at < N'
plant "Hopper: a residual copied where another lane reads" $HOPPER hopper_product.cuh \
  'start_copy(to + place_in_part(r, c), residual' 'start_copy(to + place_in_part(r ^ 1, c), residual'
plant "Hopper: a residual not waited for" $HOPPER hopper_product.cuh 'wait_for_copies<1>' 'wait_for_copies<2>'
plant "Hopper: other lanes' residual not waited for" $HOPPER hopper_product.cuh \
  $'some.\n      meet_warp();' 'some.'
plant "Hopper: a part read before it is written" $HOPPER hopper_product.cuh \
  $'takes.\n      meet_warp();' 'takes.'
plant "Hopper: barriers used before they begin" $HOPPER hopper_product.cuh $'  meet_cluster();\n  if (group < 0)' '  if (group < 0)'
plant "Hopper: a block goes while the other needs it" $HOPPER hopper_product.cuh $'barriers.\n  meet_cluster();' 'barriers.'

echo "$caught of $faults faults $([[ -n $look ]] && echo can be planted || echo caught)"
[[ $caught == "$faults" ]]
