"""Heed's kernels in a JVM that answers, a line for a line; arrays pass through files, so that no side needs the other's libraries."""
import atexit, ctypes, os, pathlib, shutil, signal, subprocess, sys, tempfile, threading

import torch

HOME = pathlib.Path(__file__).resolve().parent.parent


def scratch():
    """A folder for what passes between the two: in memory where that is large enough."""
    shared = pathlib.Path("/dev/shm")
    roomy = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > 4 << 30
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gpu-check-", dir=shared if roomy else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # So that a step that is stopped leaves nothing.
    return folder


def write(tensor, file):
    tensor = tensor.detach().cpu().contiguous()
    with open(file, "wb") as out:
        out.write((ctypes.c_char * (tensor.numel() * tensor.element_size())).from_address(tensor.data_ptr()))


class HeedError(Exception):
    pass


class Heed:
    """The JVM. `prefix` is a command that starts it, as a memory checker is."""

    def __init__(self, folder, prefix=(), errors=None, limit=None):
        self.folder = folder
        library = os.environ.get("GPU_CHECK_LIBRARY")
        self.errors = open(errors or os.devnull, "ab")
        self.process = subprocess.Popen(
            [*prefix, str(HOME / "jre/bin/java"), "-Xmx12g" if torch.cuda.is_available() else "-Xmx2g", "-XX:+UseSerialGC",
             *([f"-Dheed.gpu.library={library}"] if library else []),
             "-cp", f"{HOME}/lib/*", "io.heed.gpu.GpuCheck"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        if limit:
            self.timer = threading.Timer(limit, self.process.kill)
            self.timer.daemon = True
            self.timer.start()
        answer = self.ask("paths")
        self.paths = dict(zip(answer[::2], answer[1::2]))

    def ask(self, *words):
        self.process.stdin.write("\t".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise HeedError(f"the JVM ended with {self.process.wait()} at {words[0]}")
        state, *answer = line.rstrip("\n").split("\t")
        if state != "ok":
            raise HeedError(" ".join(answer))
        return answer

    def open(self, path, model):
        self.ask("open", path, model)

    def take(self, path):
        self.ask("take", path)

    def put(self, name, tensor):
        file = self.folder / "to-device"
        write(tensor, file)
        self.ask("put", name, file)

    def room(self, name, bytes):
        self.ask("room", name, bytes)

    def get(self, name, dtype):
        file = self.folder / "from-device"
        self.ask("get", name, file)
        return torch.frombuffer(bytearray(file.read_bytes()), dtype=dtype)

    def product(self, part, rows, times=1, input="input", residual="residual", output="output"):
        return float(self.ask("product", part, input, residual, output, rows, times)[0])

    def normalize(self, rows, times=1):
        return float(self.ask("normalize", "input", "output", rows, times)[0])

    def attend(self, times=1):
        return float(self.ask("attend", "input", "starts", "output", times)[0])

    def embed(self, pooling="MEAN", batch_tokens=0, times=1):
        """Milliseconds of each time, and the flags of sequences that have some."""
        milliseconds, flags = self.ask("embed", "ids", "starts", pooling, batch_tokens, "vectors", times)
        return float(milliseconds), {int(a): int(b) for a, b in (pair.split(":") for pair in flags.split())}

    def close(self):
        """The exit status."""
        self.process.stdin.close()
        return self.process.wait()
