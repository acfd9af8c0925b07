"""Zeros, in a library of CUDA, the code for all architectures but one, where that one is there too; it compresses to nothing.

  keep_architecture.py libcudf.so 90

A fat binary is a header (magic, version u16, bytes of the header u16, bytes behind it u64) and entries, each with a header of its
own: kind u16 (2 is machine code), u16, bytes of the header u32, bytes behind it u64, and the architecture, u32, at 28."""
import mmap, struct, sys

MAGIC = b"\x50\xed\x55\xba"
MACHINE_CODE = 2


def sections(library):
    """Name, offset and size of each, as ELF has them for 64 bits."""
    table, = struct.unpack_from("<Q", library, 40)
    size, count, names = struct.unpack_from("<HHH", library, 58)
    headers = [struct.unpack_from("<IIQQQQ", library, table + i * size) for i in range(count)]
    for header in headers:
        start = headers[names][4] + header[0]
        yield library[start : library.find(b"\0", start)].decode(), header[4], header[5]


def entries(library, at, end):
    while at < end:
        kind, _, header, size = struct.unpack_from("<HHIQ", library, at)
        architecture, = struct.unpack_from("<I", library, at + 28)
        yield kind, architecture, at + header, size
        at += header + size


def main(file, kept):
    zeroed = binaries = 0
    with open(file, "r+b") as opened, mmap.mmap(opened.fileno(), 0) as library:
        for name, offset, size in list(sections(library)):
            if name not in (".nv_fatbin", "__nv_relfatbin"):
                continue
            at, end = library.find(MAGIC, offset, offset + size), offset + size
            while at >= 0:
                header, behind = struct.unpack_from("<HQ", library, at + 6)
                found = list(entries(library, at + header, at + header + behind))
                if any(kind == MACHINE_CODE and architecture == kept for kind, architecture, *_ in found):
                    binaries += 1
                    for kind, architecture, start, length in found:
                        if kind != MACHINE_CODE or architecture != kept:
                            library[start : start + length] = bytes(length)
                            zeroed += length
                at = library.find(MAGIC, at + header + behind, end)
    print(f"{binaries} fat binaries have code for {kept}; {zeroed / 1e6:.0f} MB of others zeroed")
    return 0 if binaries else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
