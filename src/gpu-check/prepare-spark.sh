#!/usr/bin/env bash
#
# Lays out target/gpu-check-spark/1, 2, ...: in parts of 60 MiB, Spark, NVIDIA's plugin and Heed for `run-spark.sh` on a
# machine with a GPU. Fetches the plugin, 576 MB, where it was never fetched.
#
#   prepare-spark.sh [CAPABILITY]          of the card: 90 for 9.0, which is the default; XZ_LEVEL=1 is quick, and larger
set -euo pipefail

home=$(cd -P -- "$(dirname -- "$(readlink -f -- "$0")")/../.." && pwd)
readonly home capability=${1:-90} shim=spark413
readonly to=$home/target/gpu-check-spark
readonly day=$to/heed-spark-day python=${PYTHON:-python3}
java_home=${JAVA_HOME:-$(dirname -- "$(dirname -- "$(readlink -f -- "$(command -v jlink)")")")}
cd -- "$home"

[ -n "${HEED_BUILT:-}" ] || mvn -q -B -ntp ${MAVEN_OPTIONS:-} -Prapids -DskipTests package
plugin=$(ls target/rapids/rapids-4-spark_*.jar)

rm -rf -- "$to"
mkdir -p -- "$day/native"
"$java_home/bin/jlink" --strip-debug --no-header-files --no-man-pages --compress=0 --output "$day/jre" --add-modules \
  java.se,jdk.crypto.ec,jdk.incubator.vector,jdk.jfr,jdk.management,jdk.security.auth,jdk.unsupported,jdk.zipfs 2>/dev/null

# Spark without the state store of streams, QUIC and TLS, which no run here loads.
"$python" src/gpu-check/python/pack_jars.py "$day/jars" \
  $(ls target/spark/jars/*.jar | grep -vE '/(rocksdbjni|netty-codec-native-quic|netty-tcnative)')
"$python" src/gpu-check/python/pack_jars.py --shim "$shim" "$day/jars" "$plugin"
"$python" src/gpu-check/python/pack_jars.py "$day" target/heed.jar
"$java_home/bin/jar" --create --no-compress --file "$day/jars/heed-check.jar" -C target/test-classes io/heed/check

unzip -q "$plugin" amd64/Linux/libcudf.so -d "$day/native"
"$python" src/gpu-check/python/keep_architecture.py "$day/native/amd64/Linux/libcudf.so" "$capability"
strip "$day/native/amd64/Linux/libcudf.so"

mkdir -- "$day/python"
cp -- src/gpu-check/python/{bert,heed,write_model}.py "$day/python/"
cp -- conf/log4j2.properties "$day/"
git rev-parse --short=12 HEAD >"$day/revision" 2>/dev/null || true

tar -C "$to" -c "${day##*/}" | xz -T0 "-${XZ_LEVEL:-6}" | split -b 61400K -d -a 2 - "$to/part."
rm -rf -- "$day"
parts=("$to"/part.*)
for part in "${parts[@]}"; do
  number=$((10#${part##*.} + 1))
  mkdir -- "$to/$number"
  mv -- "$part" "$to/$number/"
  printf '%d\n' "${#parts[@]}" >"$to/$number/parts"
  cp -- src/gpu-check/run-spark.sh "$to/$number/"
  du -sh --apparent-size -- "$to/$number" | sed "s|\t.*| in target/gpu-check-spark/$number; take it to the machine, and run there: $number/run-spark.sh|"
done
