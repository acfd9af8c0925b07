"""Each kernel beside float64, whole encoders beside float32, and a row's bits in other batches."""
import math, shutil, sys

import torch
import torch.nn.functional as F

from bert import ACTIVATIONS, Bert, Shape, random_weights, write_checkpoint
from measure import DEVICE, Step, put_rows, random_lengths, random_rows

GUARD = 4096  # Bytes behind an output, which nothing may touch.
LEAST_COSINE, MEAN_COSINE = 0.9995, 0.9999


def main():
    step = Step("correctness")
    small = step.dry or bool(step.options.checker)
    for shape in block_shapes(small):
        weights = random_weights(shape)
        folder = write_checkpoint(shape, weights, step.folder / "block")
        for path in step.heed.paths:
            step.heed.open(path, folder)
            parts(step, path, shape, weights, small)
    for shape in encoder_shapes(small):
        weights = random_weights(shape)
        folder = write_checkpoint(shape, weights, step.folder / "encoder")
        for path in step.heed.paths:
            step.heed.open(path, folder)
            encoder(step, path, shape, Bert(shape, weights).to(DEVICE), small)
        shutil.rmtree(folder)
    finish(step)


def finish(step):
    status = step.heed.close()
    tool = step.options.checker
    if tool:
        step.check(f"compute-sanitizer {tool}", status == 0 and not step.failed, status=status)
    else:
        step.check("the JVM ended", status == 0, status=status)
    sys.exit(1 if step.failed else 0)


def block_shapes(small):
    if small:
        return [Shape("64", 64, 2, 136, 1, 90, 64, a) for a in ACTIVATIONS] + [Shape("96", 96, 2, 200, 1, 90, 64), Shape("128", 128, 1, 256, 1, 90, 64)]
    activations = [Shape("384", 384, 12, 1536, 1, 90, 512, a) for a in ACTIVATIONS]
    return activations + [Shape("512", 512, 4, 2048, 1, 90, 512), Shape("768", 768, 12, 3072, 1, 90, 512), Shape("1024", 1024, 16, 4096, 1, 90, 512)]


def encoder_shapes(small):
    if small:
        return [Shape("64x2", 64, 2, 136, 2, 90, 80)]
    return [Shape("384x2", 384, 12, 1536, 2, 1000), Shape("e5-small 384x12", 384, 12, 1536, 12), Shape("base 768x12", 768, 12, 3072, 12)]


def near(step, path, what, output, bytes_expected, want, limit, worst_limit):
    """Both the size of all errors and the worst of one: a single wrong value hides in the former."""
    raw = output[:bytes_expected]
    untouched = bool((output[bytes_expected:] == 255).all())
    got = raw.clone().view(torch.bfloat16).to(DEVICE, torch.float64).view(want.shape)
    error = ((got - want).norm() / want.norm()).item()
    typical = want.square().mean().sqrt()
    worst = ((got - want).abs() / (want.abs() + typical)).max().item()
    right = error <= limit and worst <= worst_limit and untouched
    step.check(f"{path} {what}", right, error=error, limit=limit, worst=worst, worst_limit=worst_limit, beyond="untouched" if untouched else "TOUCHED")


def run(step, bytes_expected, work):
    step.heed.room("output", bytes_expected + GUARD)
    work()
    return step.heed.get("output", torch.uint8)


def parts(step, path, shape, weights, small):
    generator = torch.Generator().manual_seed(7)

    def values(*size):
        return torch.randn(*size, generator=generator).bfloat16()

    def exact(name):
        return weights["encoder.layer.0." + name].to(DEVICE, torch.float64)

    def rounded(name):
        return weights["encoder.layer.0." + name].bfloat16().to(DEVICE, torch.float64)

    joined = [f"attention.self.{part}." for part in ("query", "key", "value")]
    maps = {
        "query_key_value": (torch.cat([rounded(n + "weight") for n in joined]), torch.cat([exact(n + "bias") for n in joined]), None),
        "output": (rounded("attention.output.dense.weight"), exact("attention.output.dense.bias"), None),
        "inner": (rounded("intermediate.dense.weight"), exact("intermediate.dense.bias"), ACTIVATIONS[shape.activation]),
        "outer": (rounded("output.dense.weight"), exact("output.dense.bias"), None)}
    for rows in (1, 130) if small else (1, 300, 4133):
        for part, (weight, bias, activation) in maps.items():
            if shape.activation != "gelu" and not activation:
                continue  # Has been checked.
            input, residual = values(rows, weight.shape[1]), values(rows, weight.shape[0])
            adds = part in ("output", "outer")
            step.heed.put("input", input)
            step.heed.put("residual", residual)
            want = F.linear(input.to(DEVICE, torch.float64), weight, bias)
            want = activation(want) if activation else want
            want = want + residual.to(DEVICE, torch.float64) if adds else want
            size = 2 * want.numel()
            output = run(step, size, lambda: step.heed.product(part, rows, residual="residual" if adds else "-"))
            name = f"{part} {rows}x{weight.shape[0]}x{weight.shape[1]}" + (f" {shape.activation}" if activation else " + residual" if adds else "")
            near(step, path, name, output, size, want, 3e-3, 2**-7)
    if shape.activation != "gelu":
        return
    attention(step, path, shape, values, small)
    rows = 19 if small else 3001
    input = (3 * values(rows, shape.width).float() + 1).bfloat16()
    step.heed.put("input", input)
    output = run(step, 2 * input.numel(), lambda: step.heed.normalize(rows))
    want = F.layer_norm(input.to(DEVICE, torch.float64), (shape.width,), exact("attention.output.LayerNorm.weight"), exact("attention.output.LayerNorm.bias"), 1e-12)
    near(step, path, f"normalize {rows}x{shape.width}", output, 2 * input.numel(), want, 3e-3, 2**-7)


def attention(step, path, shape, values, small):
    lengths = [1, 7, 40, 64, 65, 130] if small else [1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 200, 511, 512] * 3
    starts = [0]
    for length in lengths:
        starts.append(starts[-1] + length)
    head = shape.width // shape.heads
    input = values(starts[-1], 3 * shape.width)
    input[:, : shape.width] *= 2  # Sharper than a mean over the values.
    step.heed.put("input", input)
    step.heed.put("starts", torch.tensor(starts, dtype=torch.int32))
    size = 2 * starts[-1] * shape.width
    output = run(step, size, step.heed.attend)
    exact = input.to(DEVICE, torch.float64)
    want = torch.cat([
        F.scaled_dot_product_attention(*exact[a:b].view(b - a, 3, shape.heads, head).permute(1, 2, 0, 3)).transpose(0, 1).reshape(b - a, shape.width)
        for a, b in zip(starts, starts[1:])])
    near(step, path, f"attention {shape.heads} heads of {head}, lengths 1..{max(lengths)}", output, size, want, 4e-3, 2**-6)


POOLINGS = {
    "CLS": lambda h: h[0],
    "MAX": lambda h: h.amax(0),
    "LAST": lambda h: h[-1],
    "MEAN_SQRT_LEN": lambda h: h.sum(0) / math.sqrt(len(h)),
    "WEIGHTED_MEAN": lambda h: (h * torch.arange(1, len(h) + 1, device=h.device)[:, None]).sum(0) / (len(h) * (len(h) + 1) / 2),
    "MEAN": lambda h: h.mean(0)}


def encoder(step, path, shape, model, small):
    lengths = [1, 5, 64, 33, 70] if small else [1, 2, 3, 63, 64, 65, 511, 512] + random_lengths(70, 12000, shape.positions, 3)
    ids, starts = random_rows(lengths, shape.vocabulary, 4)
    rows = list(ids.split(lengths))
    hidden = [model.hidden(row[None].to(DEVICE, torch.int64))[0].double() for row in rows]
    poolings = POOLINGS if shape.layers == 2 else {"MEAN": POOLINGS["MEAN"]}

    def embed(some, pooling, batch_tokens):
        put_rows(step.heed, torch.cat(some).to(torch.int32), torch.tensor([0, *map(len, some)]).cumsum(0).to(torch.int32), shape.width)
        _, flags = step.heed.embed(pooling, batch_tokens)
        return step.heed.get("vectors", torch.float32).view(len(some), shape.width), flags

    for pooling, of in poolings.items():
        want = F.normalize(torch.stack([of(h) for h in hidden]), dim=-1)
        got, flags = embed(rows, pooling, 0)
        exact = got.to(DEVICE, torch.float64)
        cosines = F.cosine_similarity(exact, want)
        length_error = (exact.norm(dim=-1) - 1).abs().max().item()
        right = cosines.min() >= LEAST_COSINE and cosines.mean() >= MEAN_COSINE and length_error < 1e-6 and not flags
        step.check(f"{path} encoder {shape.name} {pooling}", right, least_cosine=cosines.min().item(), mean_cosine=cosines.mean().item(), length_error=length_error, flags=len(flags))

    order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(5)).tolist()
    for batch_tokens in (1, 100) if small else (1, 1000, 5000, 65536):
        again, _ = embed([rows[i] for i in order], "MEAN", batch_tokens)
        same = torch.equal(again.view(torch.int32), got[order].view(torch.int32))
        step.check(f"{path} encoder {shape.name}: bits of rows in another order, batches of {batch_tokens}", same)
    wrong = [rows[1], torch.tensor([5, shape.vocabulary]), torch.tensor([-1]), rows[2]]
    among, flags = embed(wrong, "MEAN", 0)
    right = {i for i, flag in flags.items() if flag & 1} == {1, 2} and torch.equal(among[[0, 3]].view(torch.int32), got[[1, 2]].view(torch.int32))
    step.check(f"{path} encoder {shape.name}: ids outside of the vocabulary are flagged, and others stay", right, flags=str(flags))


if __name__ == "__main__":
    main()
