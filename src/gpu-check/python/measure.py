"""What steps share: where they compute, how they time, and where they write what they found, as soon as they found it."""
import argparse, json, math, pathlib, statistics, time

import torch

import heed
from heed import Heed, HeedError

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.set_grad_enabled(False)
torch.backends.cuda.matmul.allow_tf32 = False


class Step:
    """A step of the check: its folder, its limit, and Heed."""

    def __init__(self, name):
        options = argparse.ArgumentParser()
        options.add_argument("--out", type=pathlib.Path, required=True)
        options.add_argument("--limit", type=float, default=120, help="seconds, after which nothing new is begun")
        options.add_argument("--dry", action="store_true", help="tiny shapes, whose times mean nothing")
        options.add_argument("--checker", default="", help="a tool of compute-sanitizer that watches the kernels")
        self.options = options.parse_args()
        tool = self.options.checker
        self.name, self.dry, self.out = tool or name, self.options.dry, self.options.out
        self.began = time.monotonic()
        self.failed = 0
        self.folder = heed.scratch()
        checker = ["compute-sanitizer", "--tool", tool, "--error-exitcode", "9", "--log-file", str(self.out / f"{tool}.txt")] if tool else []
        self.heed = Heed(self.folder, checker, self.out / f"{self.name}.jvm.txt", self.options.limit)

    def left(self):
        return self.options.limit - (time.monotonic() - self.began)

    def record(self, what, **values):
        values = {key: (None if isinstance(value, float) and not math.isfinite(value) else value) for key, value in values.items()}
        line = {"step": self.name, "what": what, "at": round(time.monotonic() - self.began, 1), **values}
        with open(self.out / "records.jsonl", "a") as records:
            records.write(json.dumps(line) + "\n")
        told = "  ".join(f"{key} {value:.5g}" if isinstance(value, float) else f"{key} {value}" for key, value in values.items())
        print(f"[{line['at']:6.1f} s] {what}: {told}", flush=True)

    def check(self, what, right, **values):
        self.failed += not right
        self.record(what, right=bool(right), **values)


def synchronize():
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()


def torch_milliseconds(work, times=1):
    """Of each time, by the clock that Heed is timed with."""
    synchronize()
    start = time.perf_counter()
    for _ in range(times):
        work()
    synchronize()
    return (time.perf_counter() - start) * 1e3 / times


def enough_times(flops, dry):
    """For some ten milliseconds on a fast card, beside which the clock and the last launch are nothing."""
    return 1 if dry else int(max(20, min(2000, 4e12 / flops)))


def graphed(work, times):
    """A side that is captured once and replayed, without what Python takes for each call: small kernels are timed, not their launches."""
    together = min(times, 50)
    captured = []

    def capture():
        work()
        synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            for _ in range(together):
                work()
        return graph.replay

    def side():
        if not captured:
            try:
                captured.append(capture() if DEVICE.type == "cuda" else None)
            except RuntimeError:  # It cannot be captured; then as it is called.
                captured.append(None)
        if captured[0] is None:
            return torch_milliseconds(work, times)
        return torch_milliseconds(captured[0], max(1, times // together)) / together

    return side


def alternate(sides, rounds, left=lambda: math.inf):
    """The median milliseconds of each side; all in turn in each round. A side takes a number of times."""
    found = {name: [] for name in sides}
    failed = {}
    for i in range(rounds + 1):
        for name, side in sides.items():
            if name in failed or left() < 5:
                continue
            try:
                milliseconds = side()
            except HeedError:
                raise
            except Exception as e:  # A side that this PyTorch has not, or not at this size, is told and left out.
                failed[name] = f"{type(e).__name__}: {str(e).splitlines()[0] if str(e) else ''}"[:200]
                continue
            if i > 0:  # The first is to warm up.
                found[name].append(milliseconds)
    return {name: statistics.median(values) for name, values in found.items() if values}, failed


def bfloat16_ceiling(dry):
    """TFLOP/s of PyTorch's own product of large matrices: what this card gives at its clocks, now."""
    n = 256 if dry else 8192
    a = torch.randn(n, n, device=DEVICE, dtype=torch.bfloat16)
    b = torch.randn(n, n, device=DEVICE, dtype=torch.bfloat16)
    torch_milliseconds(lambda: a @ b, 3)
    return 2 * n**3 / min(torch_milliseconds(lambda: a @ b, 1 if dry else 10) for _ in range(3)) / 1e9


def random_lengths(mean, tokens, longest, seed):
    """Lengths of texts, log-normal as those of passages are, of so many tokens in all."""
    generator = torch.Generator().manual_seed(seed)
    spread = 0.45
    lengths, total = [], 0
    while total < tokens:
        drawn = math.exp(math.log(mean) - spread**2 / 2 + spread * torch.randn(1, generator=generator).item())
        lengths.append(max(4, min(longest, round(drawn))))
        total += lengths[-1]
    return lengths


def random_rows(lengths, vocabulary, seed):
    """All ids end to end, and where rows begin."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(4, vocabulary, (sum(lengths),), generator=generator, dtype=torch.int32)
    starts = torch.tensor([0, *lengths]).cumsum(0).to(torch.int32)
    return ids, starts


def put_rows(heed, ids, starts, width):
    heed.put("ids", ids)
    heed.put("starts", starts)
    heed.room("vectors", 4 * width * (len(starts) - 1))
