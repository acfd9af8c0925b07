#!/usr/bin/env python3
"""Makes tiny random decoders, and what transformers' own classes, torch's autograd and torch's AdamW train them to.

  make_training.py DIR   write DIR/data.json and DIR/{gpt2,openai-gpt}/...

  data.json                    {"steps": 20 x 4 x 32 ids}, the sequences of every step, the same for both models
  NAME/config.json             as save_pretrained writes it
  NAME/model.safetensors       the weights before the first step, float32, under the names save_pretrained gives
  NAME/gradient.safetensors    the gradient of the first step's loss at those weights, float64, not clipped
  NAME/trained.safetensors     the weights after the last step, float64
  NAME/expected.json           of every step: the loss before its update, the norm of its gradient before clipping, the
                               learning rate; with the recipe and the versions that computed them

Computed by transformers 5.18.0 and torch 2.13.0+cpu (safetensors 0.8.0, Python 3.11), GPT2LMHeadModel and
OpenAIGPTLMHeadModel: float64 on float32 weights, eager attention, eval mode (no dropout), one thread.

36 values in 3 heads, so heads of 12, two layers, 61 ids, 32 positions. Both models compute GELU by tanh: openai-gpt's
configuration says "gelu", which OpenAIGPTLMHeadModel takes for gelu_new. The head is the embedding table: no lm_head
in any file, and the table's gradient is the sum of both uses.

A step, counted from 0:
  loss      the mean of cross-entropy over 4 x 31 targets: ids 1 to 31 of every sequence, each from those before it.
            It is what the model gives for labels=input_ids, but from float64 logits: transformers makes them float32.
  clipping  gradients times 1 / norm where the norm of all of them together is above 1, without torch's 1e-6; that is
            every step of gpt2 and 15 of openai-gpt's 20
  rate      3e-3 * (step + 1) / 5 before step 5, then 3e-4 + 2.7e-3 * 0.5 * (1 + cos(pi * (step - 5) / 15))
  AdamW     betas 0.9 and 0.95, eps 1e-8 (added to the root of the corrected second moment), decay 0.1 of tensors of two
            dimensions, which embeddings are among, and 0 of vectors: w *= 1 - rate * decay comes before the update

Two gradients are zero but for rounding: of keys' biases (the middle third of c_attn.bias), which softmax does not see,
and of the last position, which predicts nothing (exactly zero). Adam divides by their size, so that float32 arithmetic
moves keys' biases at random, by up to the rate at each step; compare them apart, or not at all.

The script checks gradients by central differences, AdamW by a second one written out, and prints how far float32
arithmetic of the same code ends from float64.
"""
import json, math, os, platform, random, shutil, sys, zlib

import safetensors
import safetensors.torch
import torch
import transformers

STEPS, BATCH, LENGTH, VOCABULARY = 20, 4, 32, 61
MOST, LEAST, WARMUP = 3e-3, 3e-4, 5
BETAS, EPS, DECAY, NORM = (0.9, 0.95), 1e-8, 0.1, 1.0
SIZES = dict(vocab_size=VOCABULARY, n_positions=LENGTH, n_embd=36, n_layer=2, n_head=3, layer_norm_epsilon=1e-5)

SPECS = {
    "gpt2": ("GPT2Config", "GPT2LMHeadModel",
             dict(SIZES, activation_function="gelu_new", bos_token_id=0, eos_token_id=0)),
    "openai-gpt": ("OpenAIGPTConfig", "OpenAIGPTLMHeadModel", dict(SIZES, afn="gelu")),
}


def data():
    """Ids that mostly follow from the one before them, so that there is something to learn."""
    drawn = random.Random(20)

    def sequence():
        ids = [drawn.randrange(VOCABULARY)]
        while len(ids) < LENGTH:
            follows = drawn.random() < 0.75
            ids.append((7 * ids[-1] + 3) % VOCABULARY if follows else drawn.randrange(VOCABULARY))
        return ids

    return [[sequence() for _ in range(BATCH)] for _ in range(STEPS)]


def redraw(model, name):
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            generator = torch.Generator().manual_seed(zlib.crc32(f"{name}/{parameter_name}".encode()))
            draw = torch.randn(parameter.shape, generator=generator, dtype=torch.float32)
            if parameter.dim() == 2:
                draw = draw * 0.08
            elif parameter_name.endswith(".bias"):
                draw = draw * 0.02
            else:
                draw = 1 + 0.1 * draw
            parameter.copy_(draw)


def rate(step):
    if step < WARMUP:
        return MOST * (step + 1) / WARMUP
    return LEAST + (MOST - LEAST) * 0.5 * (1 + math.cos(math.pi * (step - WARMUP) / (STEPS - WARMUP)))


def loss_of(model, rows):
    logits = model(input_ids=rows).logits
    return torch.nn.functional.cross_entropy(logits[:, :-1].reshape(-1, VOCABULARY), rows[:, 1:].reshape(-1))


def norm_of(gradients):
    return math.sqrt(sum(float((g * g).sum()) for g in gradients))


def load(directory, name, dtype=torch.float64):
    classes = getattr(transformers, SPECS[name][1])
    model = classes.from_pretrained(directory, attn_implementation="eager").to(dtype).eval()
    assert model.config._attn_implementation == "eager" and not model.training
    return model


def train(model, steps):
    named = dict(model.named_parameters())
    groups = [dict(params=[p for p in named.values() if p.dim() == 2], weight_decay=DECAY),
              dict(params=[p for p in named.values() if p.dim() != 2], weight_decay=0.0)]
    optimizer = torch.optim.AdamW(groups, lr=MOST, betas=BETAS, eps=EPS, foreach=False)
    losses, norms, rates, first = [], [], [], None
    for step, rows in enumerate(steps):
        rows = torch.tensor(rows)
        optimizer.zero_grad()
        loss = loss_of(model, rows)
        loss.backward()
        if first is None:
            first = {k: p.grad.detach().clone() for k, p in named.items()}
        norm = norm_of([p.grad for p in named.values()])
        if norm > NORM:
            for p in named.values():
                p.grad.mul_(NORM / norm)
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        optimizer.step()
        losses.append(loss.item())
        norms.append(norm)
        rates.append(rate(step))
    return dict(losses=losses, gradient_norms=norms, learning_rates=rates), first, named


def train_written_out(model, steps):
    """The same by formulas alone, to show that torch's AdamW is what the recipe says."""
    named = dict(model.named_parameters())
    m = {k: torch.zeros_like(p) for k, p in named.items()}
    v = {k: torch.zeros_like(p) for k, p in named.items()}
    for step, rows in enumerate(steps):
        gradients = torch.autograd.grad(loss_of(model, torch.tensor(rows)), list(named.values()))
        scale = min(1.0, NORM / norm_of(gradients))
        with torch.no_grad():
            for (k, p), g in zip(named.items(), gradients):
                m[k] = BETAS[0] * m[k] + (1 - BETAS[0]) * scale * g
                v[k] = BETAS[1] * v[k] + (1 - BETAS[1]) * (scale * g) ** 2
                corrected_m = m[k] / (1 - BETAS[0] ** (step + 1))
                corrected_v = v[k] / (1 - BETAS[1] ** (step + 1))
                decayed = p * (1 - rate(step) * (DECAY if p.dim() == 2 else 0))
                p.copy_(decayed - rate(step) * corrected_m / (corrected_v.sqrt() + EPS))
    return named


def check_gradients(model, rows, gradient, name):
    """Central differences of float64 losses at random entries of random tensors."""
    drawn, rows, most, h = random.Random(name), torch.tensor(rows), 0.0, 1e-5
    named = dict(model.named_parameters())
    chosen = (list(named) * 2)[:max(24, len(named))]
    with torch.no_grad():
        for k in chosen:
            flat = named[k].view(-1)
            i = drawn.randrange(flat.numel())
            was = flat[i].item()
            flat[i] = was + h
            above = loss_of(model, rows).item()
            flat[i] = was - h
            below = loss_of(model, rows).item()
            flat[i] = was
            by_difference, by_autograd = (above - below) / (2 * h), gradient[k].view(-1)[i].item()
            print(f"  {k}[{i}]: {by_autograd:.12f} by autograd, {by_difference:.12f} by difference")
            most = max(most, abs(by_difference - by_autograd))
    print(f"  {len(chosen)} entries, the largest difference {most:.1e}")
    assert most < 1e-7


def keys_biases(k):
    return k.endswith("attn.c_attn.bias")


def distance(named, others):
    """The largest distance of weights without keys' biases, and of keys' biases."""
    n, rest, keys = SIZES["n_embd"], 0.0, 0.0
    for k, p in named.items():
        d = (p.detach().double() - others[k].detach().double()).abs()
        if keys_biases(k):
            keys = max(keys, d[n:2 * n].max().item())
            d = torch.cat([d[:n], d[2 * n:]])
        rest = max(rest, d.max().item())
    return rest, keys


def save(path, tensors, names):
    assert sorted(tensors) == sorted(names)
    tensors = {k: tensors[k].detach().contiguous() for k in sorted(tensors)}
    assert all(t.dtype == torch.float64 and torch.isfinite(t).all() for t in tensors.values())
    safetensors.torch.save_file(tensors, path, metadata={"format": "pt"})


def make(directory, name, steps):
    config, model, values = SPECS[name]
    made = getattr(transformers, model)(getattr(transformers, config)(**values)).eval()
    redraw(made, name)
    shutil.rmtree(directory, ignore_errors=True)
    made.save_pretrained(directory)
    for other in set(os.listdir(directory)) - {"config.json", "model.safetensors"}:
        os.remove(os.path.join(directory, other))
    stored = safetensors.torch.load_file(os.path.join(directory, "model.safetensors"))

    trained = load(directory, name)
    before = {k: p.detach().clone() for k, p in trained.named_parameters()}
    assert sorted(before) == sorted(stored) and all(torch.equal(before[k], stored[k].double()) for k in stored)
    assert all(stored[k].dtype == torch.float32 for k in stored)
    assert trained.lm_head.weight is trained.get_input_embeddings().weight
    out, gradient, named = train(trained, steps)
    print(f"{name}: {sum(p.numel() for p in named.values())} values in {len(named)} tensors")

    again = load(directory, name)
    check_gradients(again, steps[0], gradient, name)
    rows = torch.tensor(steps[0])
    with torch.no_grad():
        theirs = again(input_ids=rows, labels=rows).loss.item()
    assert abs(theirs - out["losses"][0]) < 1e-6, "transformers' own loss, of float32 logits"
    n = SIZES["n_embd"]
    assert all(gradient[k][n:2 * n].abs().max() < 1e-15 for k in gradient if keys_biases(k))
    assert all(gradient[k][-1].abs().max() == 0 for k in gradient if "wpe" in k or "positions_embed" in k)
    assert distance(named, train_written_out(again, steps))[0] < 1e-11

    narrow, _, ended = train(load(directory, name, torch.float32), steps)
    apart = max(abs(a - b) for a, b in zip(out["losses"], narrow["losses"]))
    print("  float32 ends %.1e from float64, keys' biases %.1e" % distance(named, ended) + f", losses {apart:.1e}")
    print("  losses", " ".join(f"{x:.4f}" for x in out["losses"]))
    print("  norms", " ".join(f"{x:.4f}" for x in out["gradient_norms"]))
    assert all(math.isfinite(x) for values in out.values() for x in values)
    assert out["losses"][-1] < out["losses"][0] - 0.2
    print(f"  {sum(x > NORM for x in out['gradient_norms'])} of {STEPS} steps clipped")

    save(os.path.join(directory, "gradient.safetensors"), gradient, stored)
    save(os.path.join(directory, "trained.safetensors"), named, stored)
    recipe = dict(optimizer="AdamW", betas=BETAS, eps=EPS, weight_decay_of_two_dimensions=DECAY, clip_norm=NORM,
                  warmup_steps=WARMUP, highest_rate=MOST, lowest_rate=LEAST, steps=STEPS)
    golden = dict(computed_with=dict(transformers=transformers.__version__, torch=torch.__version__,
                                     safetensors=safetensors.__version__, python=platform.python_version(),
                                     arithmetic="float64 on float32 weights, eager attention, no dropout"),
                  recipe=recipe, **out)
    with open(os.path.join(directory, "expected.json"), "w") as file:
        json.dump(golden, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    drawn_steps = data()
    with open(os.path.join(sys.argv[1], "data.json"), "w") as opened:
        json.dump(dict(steps=drawn_steps), opened, separators=(",", ":"))
        opened.write("\n")
    for one in SPECS:
        make(os.path.join(sys.argv[1], one), one, drawn_steps)
