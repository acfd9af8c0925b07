#!/usr/bin/env bash
#
# Lays out target/gpu-check: all of Heed that a machine with a GPU needs for `run.sh`, a Java included. Needs a JDK 17 with
# jlink, Maven, and no GPU.
set -euo pipefail

home=$(cd -P -- "$(dirname -- "$(readlink -f -- "$0")")/../.." && pwd)
readonly home
readonly to=$home/target/gpu-check
java_home=${JAVA_HOME:-$(dirname -- "$(dirname -- "$(readlink -f -- "$(command -v jlink)")")")}
cd -- "$home"

# Test classes are compiled by `package` even where no test is run.
mvn -q -B -ntp ${MAVEN_OPTIONS:-} -DskipTests package

rm -rf -- "$to"
mkdir -p -- "$to/lib"
"$java_home/bin/jlink" --strip-debug --no-header-files --no-man-pages --compress=2 --output "$to/jre" \
  --add-modules java.base,java.logging,java.management,jdk.incubator.vector,jdk.management,jdk.unsupported 2>/dev/null
# Heed without tokenizers, whose libraries are most of its jar, and JNA; Jackson and SLF4J are otherwise Spark's.
unzip -q target/heed.jar 'io/heed/*' 'com/sun/jna/*.class' 'com/sun/jna/ptr/*' 'com/sun/jna/internal/*' 'com/sun/jna/linux-x86-64/*' \
  'com/sun/jna/linux-aarch64/*' 'META-INF/services/*' -d "$to/classes"
for class in target/test-classes/io/heed/gpu/{GpuCheck,Device{Paths,Buffers},ModelOnDevice}*.class; do
  cp -- "$class" "$to/classes/io/heed/gpu/"
done
"$java_home/bin/jar" --create --file "$to/lib/heed-gpu-check.jar" -C "$to/classes" .
rm -rf -- "$to/classes"
cp -- target/spark/jars/jackson-{core,databind,annotations}-*.jar target/spark/jars/slf4j-api-*.jar "$to/lib/"
cp -r -- src/gpu-check/python "$to/python"
rm -rf -- "$to/python/__pycache__"
cp -- src/gpu-check/run.sh src/gpu-check/README.md "$to/"
printf '%s\n' "$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)" >"$to/revision"

# Asked nothing, it opens the GPU and ends: that its classes and JNA are there shows with none as well.
if ! told=$("$to/jre/bin/java" -cp "$to/lib/*" io.heed.gpu.GpuCheck </dev/null 2>&1) && [[ $told != *NoGpuException* ]]; then
  printf '%s\n' "$told" >&2
  exit 1
fi
du -sh -- "$to" | sed 's/\t.*/ in target\/gpu-check; take it to the machine, and run there: gpu-check\/run.sh/'
