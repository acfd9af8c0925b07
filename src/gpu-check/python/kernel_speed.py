"""Products and attention, each beside what PyTorch has for it. Random values: zeros would leave the card cooler than it is at work."""
import importlib

import torch
import torch.nn.functional as F

from bert import Shape, random_weights, write_checkpoint
from measure import DEVICE, Step, alternate, bfloat16_ceiling, enough_times, graphed

SHAPES = {False: [Shape("e5-small", 384, 12, 1536, 1, 90), Shape("base", 768, 12, 3072, 1, 90)], True: [Shape("tiny", 64, 2, 136, 1, 90, 80)]}
ROWS = {False: (8192, 32768), True: (130,)}
LENGTHS = {False: (16, 60, 128, 512), True: (20,)}
ATTENTION_TOKENS = {False: 32768, True: 60}


def products(step, path, shape, rows, ceiling):
    sizes = {"query_key_value": (3 * shape.width, shape.width), "output": (shape.width, shape.width),
             "inner": (shape.inner, shape.width), "outer": (shape.width, shape.inner)}
    for part, (outputs, inputs) in sizes.items():
        if step.left() < 10:
            return
        input, weight = (torch.randn(n, inputs, device=DEVICE).bfloat16() for n in (rows, outputs))
        bias, residual = torch.randn(outputs, device=DEVICE).bfloat16(), torch.randn(rows, outputs, device=DEVICE).bfloat16()
        step.heed.put("input", input)
        step.heed.put("residual", residual)
        step.heed.room("output", 2 * rows * outputs)
        times = enough_times(2 * rows * outputs * inputs, step.dry)
        adds = part in ("output", "outer")
        sides = {"heed": lambda: step.heed.product(part, rows, times, residual="residual" if adds else "-"),
                 "linear": graphed(lambda: F.linear(input, weight, bias), times)}
        if adds:
            sides["linear_and_residual"] = graphed(lambda: F.linear(input, weight, bias) + residual, times)
        if part == "inner":
            sides["linear_and_gelu"] = graphed(lambda: F.gelu(F.linear(input, weight, bias)), times)
            sides["fused_gelu_tanh"] = graphed(lambda: torch._addmm_activation(bias, input, weight.t(), use_gelu=True), times)
        found, failed = alternate(sides, 1 if step.dry else 5, step.left)
        tflops = {name: 2 * rows * outputs * inputs / milliseconds / 1e9 for name, milliseconds in found.items()}
        step.record(f"{path} {shape.name} {part} {rows}x{outputs}x{inputs}, TFLOP/s", group="product", of_ceiling=tflops.get("heed", 0) / ceiling, **tflops, **failed)


def flash_varlen(query_key_value, starts, length):
    """Of packed sequences, by whichever library is there; None where there is none."""
    packed = [part.transpose(1, 2).flatten(0, 1).contiguous() for part in query_key_value]
    for module, name in (("flash_attn_interface", "flash_attn_varlen_func"), ("flash_attn", "flash_attn_varlen_func"), ("torch.nn.attention.varlen", "varlen_attn")):
        try:
            function = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError):
            continue
        return lambda: function(*packed, starts, starts, length, length)
    return None


def attention(step, path, shape, length):
    head, count = shape.width // shape.heads, ATTENTION_TOKENS[step.dry] // length
    step.heed.put("input", torch.randn(count * length, 3 * shape.width, device=DEVICE).bfloat16())
    starts = torch.arange(count + 1, dtype=torch.int32) * length
    step.heed.put("starts", starts)
    step.heed.room("output", 2 * count * length * shape.width)
    flops = 4 * count * length**2 * shape.width
    times = enough_times(2 * flops, step.dry)
    theirs = [torch.randn(count, shape.heads, length, head, device=DEVICE).bfloat16() for _ in range(3)]
    sides = {"heed": lambda: step.heed.attend(times), "sdpa": graphed(lambda: F.scaled_dot_product_attention(*theirs), times)}
    varlen = flash_varlen(theirs, starts.to(DEVICE), length) if DEVICE.type == "cuda" else None
    if varlen:
        sides["varlen"] = graphed(varlen, times)
    found, failed = alternate(sides, 1 if step.dry else 5, step.left)
    microseconds = {name + "_us": 1e3 * milliseconds for name, milliseconds in found.items()}
    step.record(f"{path} attention, {shape.heads} heads of {head}, {count} sequences of {length}", group="attention",
                tflops=flops / found["heed"] / 1e9 if "heed" in found else None, **microseconds, **failed)


def main():
    step = Step("kernels")
    ceiling = bfloat16_ceiling(step.dry)
    step.record("ceiling", tflops=ceiling)
    for shape in SHAPES[step.dry]:
        folder = write_checkpoint(shape, random_weights(shape), step.folder / "block")
        for path in step.heed.paths:
            step.heed.open(path, folder)
            for rows in ROWS[step.dry]:
                products(step, path, shape, rows, ceiling)
            for length in LENGTHS[step.dry]:
                if step.left() > 10:
                    attention(step, path, shape, length)
    step.heed.close()


if __name__ == "__main__":
    main()
