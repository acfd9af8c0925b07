"""What else one would embed with: PyTorch compiled, and sentence-transformers from texts on, beside Heed once more."""
import time

import torch

from bert import Bert, Shape, random_weights, write_checkpoint
from encoder_speed import embed, padded_batches, tell
from measure import DEVICE, Step, alternate, bfloat16_ceiling, put_rows, random_lengths, random_rows, torch_milliseconds


def compiled(step, model, ids, starts):
    """Shapes are dynamic: one compilation serves all lengths. Compiling is not timed."""
    batches = padded_batches(ids, starts, 128 if step.dry else 65536, False)
    batches = [(ids, torch.ones_like(ids, dtype=torch.bool) if mask is None else mask) for ids, mask in batches]
    fast = torch.compile(model, dynamic=True, backend="eager" if step.dry else "inductor")
    started = time.monotonic()
    embed(fast, batches[:2])
    step.record("torch.compile", seconds=time.monotonic() - started)
    return lambda: torch_milliseconds(lambda: embed(fast, batches))


def sentence_transformer(step, shape, folder):
    """A model of the same weights whose words are a token each, so that texts have the lengths that they are to have."""
    from sentence_transformers import SentenceTransformer, models
    from tokenizers import Tokenizer, pre_tokenizers, processors
    from tokenizers.models import WordLevel
    from transformers import PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    words = {word: i for i, word in enumerate(special + [f"w{i}" for i in range(4, shape.vocabulary)])}
    tokenizer = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
                            model_max_length=shape.positions).save_pretrained(folder)
    transformer = models.Transformer(str(folder), max_seq_length=shape.positions)
    model = SentenceTransformer(modules=[transformer, models.Pooling(shape.width), models.Normalize()], device=str(DEVICE))
    return model.to(torch.bfloat16)


def encode(step, shape, folder, ids, lengths):
    model = sentence_transformer(step, shape, folder)
    texts = [" ".join(f"w{i}" for i in row[: max(1, len(row) - 2)]) for row in (part.tolist() for part in ids.split(lengths))]

    def side(size):
        def run():
            started = time.perf_counter()
            model.encode(texts, batch_size=size, show_progress_bar=False)
            return (time.perf_counter() - started) * 1e3
        return run
    return {f"sentence-transformers from texts, batches of {size}": side(size) for size in ((32, 512) if not step.dry else (8,))}


def main():
    step = Step("peers")
    ceiling = bfloat16_ceiling(step.dry)
    shape = Shape("tiny", 64, 2, 136, 2, 90, 80) if step.dry else Shape("e5-small", 384, 12, 1536, 12)
    weights = random_weights(shape)
    folder = write_checkpoint(shape, weights, step.folder / "model")
    lengths = random_lengths(20 if step.dry else 60, 200 if step.dry else 1 << 20, shape.positions, 60)
    ids, starts = random_rows(lengths, shape.vocabulary, 6)
    put_rows(step.heed, ids, starts, shape.width)
    path = next(iter(step.heed.paths))
    step.heed.open(path, folder)
    model = Bert(shape, weights).to(DEVICE, torch.bfloat16)
    title = f"{shape.name}, peers"
    sides = {f"Heed {path}, from ids": lambda: step.heed.embed()[0]}
    for name, make in (("sentence-transformers", lambda: encode(step, shape, folder, ids, lengths)),
                       ("torch.compile", lambda: {"torch.compile, sorted, padded, batches of 65536": compiled(step, model, ids, starts)})):
        try:
            sides.update(make())
        except Exception as e:  # What is not installed, or does not work here, is told.
            step.record(f"{title}: {name}", group=title, side=name, not_run=f"{type(e).__name__}: {e}"[:200])
        if name == "sentence-transformers":
            found, failed = alternate(sides, 1 if step.dry else 3, step.left)  # Before a compilation that may take the time that is left.
            tell(step, title, shape, lengths, ceiling, found, failed)
            sides = {name: side for name, side in sides.items() if name.startswith("Heed")}
    if len(sides) > 1:
        found, failed = alternate(sides, 1 if step.dry else 3, step.left)
        tell(step, title + ", compiled", shape, lengths, ceiling, found, failed)
    step.heed.close()


if __name__ == "__main__":
    main()
