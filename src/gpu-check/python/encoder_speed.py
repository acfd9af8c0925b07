"""Whole encoders beside PyTorch's in bfloat16: ids on the card to vectors on the card, every real token counted once."""
import shutil

import torch

from bert import Bert, Shape, random_weights, write_checkpoint
from measure import DEVICE, Step, alternate, bfloat16_ceiling, put_rows, random_lengths, random_rows, torch_milliseconds

SHAPES = {False: [(Shape("e5-small", 384, 12, 1536, 12), 1 << 20), (Shape("base", 768, 12, 3072, 12), 3 << 17)],
          True: [(Shape("tiny", 64, 2, 136, 2, 90, 80), 1 << 9)]}
BATCH_TOKENS = {False: (0, 4096, 8192, 16384, 32768, 65536), True: (0, 128)}
PADDED_TOKENS = {False: (8192, 32768, 131072), True: (128,)}


def padded_batches(ids, starts, tokens, equal):
    """Rows sorted by length, in batches of so many tokens with their padding; of equal lengths where `equal`, and then without a mask."""
    lengths = (starts[1:] - starts[:-1]).tolist()
    rows = ids.to(DEVICE, torch.int64).split(lengths)
    order = sorted(range(len(rows)), key=lengths.__getitem__, reverse=True)
    batches, at = [], 0
    while at < len(order):
        longest = lengths[order[at]]
        taken = order[at : at + max(1, tokens // longest)]
        if equal:
            taken = [i for i in taken if lengths[i] == longest]
        at += len(taken)
        padded = torch.nn.utils.rnn.pad_sequence([rows[i] for i in taken], batch_first=True)
        ragged = lengths[taken[-1]] != longest
        mask = torch.tensor([lengths[i] for i in taken], device=DEVICE)[:, None] > torch.arange(longest, device=DEVICE) if ragged else None
        batches.append((padded, mask))
    return batches


def embed(model, batches):
    return [model(ids, mask) for ids, mask in batches]


def sides_of_heed(step):
    def side(path, batch_tokens):
        def run():
            step.heed.take(path)
            return step.heed.embed("MEAN", batch_tokens)[0]
        return run
    return {f"Heed {path}, batches of {tokens or 'its own choice'}": side(path, tokens) for path in step.heed.paths for tokens in BATCH_TOKENS[step.dry]}


def sides_of_torch(step, model, ids, starts):
    def side(batches):
        return lambda: torch_milliseconds(lambda: embed(model, batches))
    sides = {}
    for tokens in PADDED_TOKENS[step.dry]:
        for equal in (False, True):
            name = f"PyTorch SDPA, sorted, {'equal lengths' if equal else 'padded'}, batches of {tokens}"
            sides[name] = side(padded_batches(ids, starts, tokens, equal))
    return sides


def tell(step, title, shape, lengths, ceiling, found, failed):
    flops, tokens = shape.flops(lengths), sum(lengths)
    for name, milliseconds in found.items():
        step.record(f"{title}: {name}", group=title, side=name, milliseconds=milliseconds, texts_per_s=len(lengths) / milliseconds * 1e3, tokens_per_s=tokens / milliseconds * 1e3,
                    tflops=flops / milliseconds / 1e9, of_ceiling=flops / milliseconds / 1e9 / ceiling)
    for name, why in failed.items():
        step.record(f"{title}: {name}", group=title, side=name, not_run=why)


def main():
    step = Step("encoders")
    ceiling = bfloat16_ceiling(step.dry)
    step.record("ceiling", tflops=ceiling)
    for shape, tokens in SHAPES[step.dry]:
        weights = random_weights(shape)
        folder = write_checkpoint(shape, weights, step.folder / "model")
        model = Bert(shape, weights).to(DEVICE, torch.bfloat16)
        for path in step.heed.paths:
            step.heed.open(path, folder)
        for mean in (60, 128) if not step.dry else (20,):
            lengths = random_lengths(mean, tokens, shape.positions, mean)
            ids, starts = random_rows(lengths, shape.vocabulary, 6)
            put_rows(step.heed, ids, starts, shape.width)
            sides = {**sides_of_heed(step), **sides_of_torch(step, model, ids, starts)}
            found, failed = alternate(sides, 1 if step.dry else 3, step.left)
            tell(step, f"{shape.name}, {mean} tokens a text", shape, lengths, ceiling, found, failed)
        shutil.rmtree(folder)
    step.record("ceiling, again", tflops=bfloat16_ceiling(step.dry))
    step.heed.close()


if __name__ == "__main__":
    main()
