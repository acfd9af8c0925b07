#!/usr/bin/env python3
"""Makes small files of torch.save, and expected.json, which says what torch reads in each.

  make_torch.py DIR   write DIR/{*.bin,*.pt,*.index.json,expected.json}

All values are exact in every format. expected.json has for each file its tensors, by name, with dtype, shape and
values, row-major, and which versions wrote it.
"""
import json, os, sys, tempfile

import torch
import transformers
from torch import nn


def plain():
    one = torch.arange(24, dtype=torch.float32).reshape(4, 6) / 8 - 1
    cube = torch.arange(60, dtype=torch.float32).reshape(3, 4, 5) / 4
    return {
        "f32": one.clone(),
        "f16": one.half(),
        "bf16": one.bfloat16(),
        "f64": one.double(),
        "ids": torch.arange(-2, 3),
        "i32": torch.arange(3, dtype=torch.int32),
        "i16": torch.arange(3, dtype=torch.int16),
        "i8": torch.arange(3, dtype=torch.int8),
        "u8": torch.arange(3, dtype=torch.uint8),
        "mask": torch.tensor([True, False]),
        "scalar": torch.tensor(2.5),
        "none": torch.zeros(0, 4),
        "caf\u00e9 \u2192": torch.ones(1),
        "transposed": one.t(),
        "transposed.f16": one.half().t(),
        "permuted": cube.permute(2, 0, 1),
        "view": cube[1:, 2],
        "column": one[:, 3],
        "strided": cube[::2, 1::2, 4],
        "shared": one,
        "shared.again": one,
        "shared.flat": one.view(-1)[5:11],
        "one.row": one[:1, :].t(),
        "repeated": torch.tensor([3.0]).expand(2, 3),
    }


def described(tensors):
    return {name: dict(dtype=str(t.dtype).removeprefix("torch."), shape=list(t.shape),
                       values=t.detach().double().reshape(-1).tolist()) for name, t in tensors.items()}


def state_dict():
    torch.manual_seed(7)
    module = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.Embedding(5, 2))
    return module.state_dict()


def shards(directory):
    whole = plain()
    names = [n for n in whole if whole[n].dtype == torch.float32][:4]
    files = {name: "pytorch_model-%05d-of-00002.bin" % (1 + i // 2) for i, name in enumerate(names)}
    for file in sorted(set(files.values())):
        save({n: whole[n] for n in names if files[n] == file}, directory, file)
    index = dict(metadata=dict(total_size=0), weight_map=files)
    with open(os.path.join(directory, "pytorch_model.bin.index.json"), "w") as file:
        json.dump(index, file, indent=1)


EXPECTED = {}


def save(tensors, directory, name, **how):
    path = os.path.join(directory, name)
    torch.save(tensors, path, **how)
    # What torch reads by weights_only are pickles of protocol 2, which it writes where nobody asks for another.
    EXPECTED[name] = described(torch.load(path, weights_only=not how))


def save_refused(value, directory, name, **how):
    torch.save(value, os.path.join(directory, name), **how)


def bert(directory):
    """As from_pretrained reads it and older versions of transformers wrote it: torch.save of the state dict."""
    torch.manual_seed(11)
    config = transformers.BertConfig(vocab_size=23, hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
                                     intermediate_size=12, max_position_embeddings=9)
    model = transformers.AutoModel.from_config(config)
    os.makedirs(os.path.join(directory, "bert"), exist_ok=True)
    model.save_pretrained(os.path.join(directory, "bert"))
    save(model.state_dict(), directory, "bert/pytorch_model.bin")
    with tempfile.TemporaryDirectory() as folder:
        config.save_pretrained(folder)
        torch.save(model.state_dict(), os.path.join(folder, "pytorch_model.bin"))
        read = transformers.AutoModel.from_pretrained(folder)
    for name, tensor in model.state_dict().items():
        assert torch.equal(read.state_dict()[name], tensor), name


def gpt(directory):
    """The map to tokens is the table of tokens; the pickle has both names, safetensors that of the table."""
    torch.manual_seed(13)
    config = transformers.GPT2Config(vocab_size=19, n_embd=8, n_layer=1, n_head=2, n_positions=6,
                                     bos_token_id=0, eos_token_id=0)
    model = transformers.AutoModelForCausalLM.from_config(config)
    os.makedirs(os.path.join(directory, "gpt"), exist_ok=True)
    model.save_pretrained(os.path.join(directory, "gpt"))
    save(model.state_dict(), directory, "gpt/pytorch_model.bin")


if __name__ == "__main__":
    target = sys.argv[1]
    os.makedirs(target, exist_ok=True)
    save(plain(), target, "plain.bin")
    save(plain(), target, "protocol4.pt", pickle_protocol=4)
    save(plain(), target, "protocol5.pth", pickle_protocol=5)
    save(state_dict(), target, "state_dict.bin")
    save({n: nn.Parameter(t) for n, t in state_dict().items()}, target, "parameters.bin")
    shards(target)
    bert(target)
    gpt(target)
    save_refused(plain(), target, "legacy.bin", _use_new_zipfile_serialization=False)
    save_refused({"state_dict": state_dict(), "epoch": 3}, target, "training.bin")
    save_refused(torch.ones(2), target, "bare.bin")
    save_refused({"neg": torch.ones(2, dtype=torch.complex64).conj().imag}, target, "negated.bin")
    save_refused({"e4m3": torch.zeros(2, dtype=torch.float8_e4m3fn)}, target, "float8.bin")
    save_refused(nn.Linear(2, 2), target, "module.bin")
    torch.jit.script(nn.Linear(2, 2)).save(os.path.join(target, "script.pt"))
    with open(os.path.join(target, "expected.json"), "w") as file:
        json.dump(dict(written_with=dict(torch=torch.__version__, transformers=transformers.__version__),
                       files=EXPECTED), file)
        file.write("\n")
