"""Copies jars as they are to travel: without what other machines than this one load, and stored, so that one compressor sees all classes.

  pack_jars.py TO [--shim spark413] JAR..."""
import argparse, pathlib, re, zipfile

LIBRARY = re.compile(r"\.(so|dll|dylib|jnilib|a)$")
ELSEWHERE = re.compile(r"darwin|win|osx|mac|aix|bsd|sunos|solaris|dragonfly|aarch|arm|ppc|s390|sparc|riscv|loongarch|mips|i386|x86[-/]|x86_32|/32/", re.I)
HERE = re.compile(r"linux[-_/]?(x86[-_]64|amd64|64)|linux/x86_64|amd64/linux|x86_64", re.I)
# Of the plugin: code for other versions of Spark; the library that travels beside; what no run here loads.
OTHER_SHIM = re.compile(r"spark\d\w*/")
BESIDE = re.compile(r"amd64/Linux/libcudf\.so|libjucx|spark-shared/libs/")


def wanted(name, shim):
    if name.endswith("/") or (shim and (BESIDE.match(name) or (OTHER_SHIM.match(name) and not name.startswith(shim + "/")))):
        return False
    if name == "META-INF/INDEX.LIST":  # Of all that was there: a loader believes it.
        return False
    return not (LIBRARY.search(name) and ELSEWHERE.search(name) and not HERE.search(name))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("to", type=pathlib.Path)
    options.add_argument("jars", type=pathlib.Path, nargs="+")
    options.add_argument("--shim", default="")
    given = options.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    for jar in given.jars:
        with zipfile.ZipFile(jar) as source, zipfile.ZipFile(given.to / jar.name, "w", zipfile.ZIP_STORED) as target:
            for name in dict.fromkeys(source.namelist()):
                if wanted(name, given.shim):
                    target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), source.read(name))


if __name__ == "__main__":
    main()
