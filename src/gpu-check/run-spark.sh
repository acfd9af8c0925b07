#!/usr/bin/env bash
#
# Keeps this part; with the last one there, embeds a table on Spark with NVIDIA's plugin, three times, and checks that no row is
# lost and the vectors are those of the CPU. The parts may come in any order, to a machine that stays. OUT (./out) has the results.
#
#   1/run-spark.sh          ROWS, 1000000 else; DAY, a folder for 3 GB, in TMPDIR else; SPARK_DAY_DEVICE=cpu goes the way without a card
set -euo pipefail

here=$(cd -P -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd)
readonly here rows=${ROWS:-1000000} some=200 mean=60 vocabulary=30522 limit=${LIMIT:-420}
readonly day=${DAY:-${TMPDIR:-/tmp}/heed-spark-day} device=${SPARK_DAY_DEVICE:-gpu} python=${PYTHON:-python3}
mkdir -p -- "${OUT:-./out}" "$day"
out=$(cd -- "${OUT:-./out}" && pwd)
readonly out

# ---- Parts ----

parts=$(<"$here/parts")
if [ ! -e "$day/unpacked" ]; then
  cp -- "$here"/part.* "$day/"
  have=("$day"/part.*)
  echo "${#have[@]} of $parts parts are here"
  [ "${#have[@]}" -eq "$parts" ] || exit 0
  cat "${have[@]}" | "$python" -c 'import sys, tarfile; tarfile.open(fileobj=sys.stdin.buffer, mode="r|xz").extractall(sys.argv[1])' "$day"
  rm -- "${have[@]}"
  touch "$day/unpacked"
fi
readonly heed=$day/heed-spark-day

# ---- Runs ----

opens=$(printf -- '--add-opens=java.base/%s=ALL-UNNAMED ' java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio \
  java.util java.util.concurrent java.util.concurrent.atomic jdk.internal.ref sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar)
log=$heed/log4j2.properties

# Through SparkSubmit, whose class loader the plugin needs. What a run says is in a file of its name.
submit() { # name, options of spark-submit, --, main class, its arguments
  local name=$1 options=()
  shift
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  # shellcheck disable=SC2086
  timeout --kill-after=10 $((limit > SECONDS ? limit - SECONDS : 1)) "$heed/jre/bin/java" -Xmx"${MEMORY:-24g}" --add-modules=jdk.incubator.vector $opens \
    --add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED -Djdk.reflect.useDirectMethodHandle=false \
    -Dio.netty.tryReflectionSetAccessible=true -Dlog4j2.configurationFile="$log" -cp "$heed/native:$heed/jars/*" \
    org.apache.spark.deploy.SparkSubmit --master 'local[*]' --conf spark.ui.enabled=false --conf spark.driver.host=127.0.0.1 \
    --conf spark.driver.bindAddress=127.0.0.1 --conf spark.local.dir="$day/tmp" "${options[@]}" --class "$2" "$heed/heed.jar" "${@:3}" \
    >"$out/$name.out" 2>"$out/$name.err" && return
  local status=$?
  echo "$name FAILED with $status; the end of what it said:"
  tail -n 15 "$out/$name.err" "$out/$name.out" | cut -c1-300
  return "$status"
}

plugin=()
if [ "$device" = gpu ]; then
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader | tee "$out/spark-card.txt"
  plugin=(--conf spark.plugins=com.nvidia.spark.SQLPlugin --conf spark.rapids.sql.explain=NOT_ON_GPU --conf spark.rapids.memory.gpu.reserve=2g
    --conf spark.rapids.memory.pinnedPool.size=4g --conf spark.rapids.sql.concurrentGpuTasks=2 --conf spark.sql.files.maxPartitionBytes=32m)
fi

embed() { # name, input, device, options of spark-submit
  submit "$1" "${@:4}" -- io.heed.embed.EmbedJob --model "$day/model" --input "$2" --tokens-column tokens --output "$day/$1" --overwrite true --device "$3"
}

[ -e "$day/model/config.json" ] || "$python" "$heed/python/write_model.py" "$day/model"
if [ ! -e "$day/ids/_SUCCESS" ]; then
  submit table -- io.heed.check.IdTable "$rows" "$mean" "$vocabulary" "$day/ids" "$day/some-ids" "$some"
fi
tokens=$(sed -n 's/^tokens //p' "$out/table.out")
embed on-cpu "$day/some-ids" cpu
for run in 1 2 3; do
  began=$(date +%s%N)
  embed "run-$run" "$day/ids" "$device" "${plugin[@]}" || continue
  took=$((($(date +%s%N) - began) / 1000000))
  printf 'run %d: %d ms with the start of Spark: %d rows/s, %d tokens/s\n' "$run" "$took" $((rows * 1000 / took)) $((tokens * 1000 / took)) \
    | tee -a "$out/spark.txt"
  grep -E '^(wall time|rows|kernel|device)' "$out/run-$run.out" | sed 's/^/  the job itself: /' | tee -a "$out/spark.txt" || true
done
status=0
for run in 1 2 3; do
  submit "check-$run" -- io.heed.check.VectorsAlike "$day/run-$run" "$rows" "$day/on-cpu" || status=1
  sed "s/^/run $run: /" "$out/check-$run.out" | tee -a "$out/spark.txt"
done
exit "$status"
