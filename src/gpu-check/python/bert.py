"""BERT in plain PyTorch, with random weights that are written as a checkpoint in Hugging Face's layout: the yardstick, whatever is installed."""
import dataclasses, json, math, struct

import torch
import torch.nn.functional as F
from torch import nn

from heed import write as write_tensor

ACTIVATIONS = {"gelu": F.gelu, "gelu_new": lambda x: F.gelu(x, approximate="tanh"), "relu": F.relu, "silu": F.silu}


@dataclasses.dataclass(frozen=True)
class Shape:
    name: str
    width: int
    heads: int
    inner: int
    layers: int
    vocabulary: int = 30522
    positions: int = 512
    activation: str = "gelu"

    def flops(self, lengths):
        """Of the products and of attention, over real tokens."""
        of_token = 2 * (4 * self.width**2 + 2 * self.width * self.inner)
        return self.layers * sum(n * of_token + 4 * n * n * self.width for n in lengths)


def random_weights(shape, seed=1):
    """Attention of these is neither flat nor on a single key. The same on every machine: the generator is the CPU's."""
    generator = torch.Generator().manual_seed(seed)

    def normal(*size, scale):
        return torch.randn(*size, generator=generator) * scale

    weights = {
        "embeddings.word_embeddings.weight": normal(shape.vocabulary, shape.width, scale=0.05),
        "embeddings.position_embeddings.weight": normal(shape.positions, shape.width, scale=0.02),
        "embeddings.token_type_embeddings.weight": normal(2, shape.width, scale=0.02)}

    def norm(name):
        weights[name + ".weight"] = 1 + normal(shape.width, scale=0.1)
        weights[name + ".bias"] = normal(shape.width, scale=0.1)

    def linear(name, outputs, inputs, scale):
        weights[name + ".weight"] = normal(outputs, inputs, scale=scale / math.sqrt(inputs))
        weights[name + ".bias"] = normal(outputs, scale=0.05)

    norm("embeddings.LayerNorm")
    for layer in range(shape.layers):
        of = f"encoder.layer.{layer}."
        linear(of + "attention.self.query", shape.width, shape.width, 2)
        linear(of + "attention.self.key", shape.width, shape.width, 2)
        linear(of + "attention.self.value", shape.width, shape.width, 1)
        linear(of + "attention.output.dense", shape.width, shape.width, 1)
        norm(of + "attention.output.LayerNorm")
        linear(of + "intermediate.dense", shape.inner, shape.width, 1)
        linear(of + "output.dense", shape.width, shape.inner, 1)
        norm(of + "output.LayerNorm")
    return weights


def write_checkpoint(shape, weights, folder):
    """config.json and model.safetensors: the length of a header, the header, then the values of all tensors."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps({
        "architectures": ["BertModel"], "model_type": "bert", "vocab_size": shape.vocabulary, "hidden_size": shape.width,
        "num_hidden_layers": shape.layers, "num_attention_heads": shape.heads, "intermediate_size": shape.inner,
        "max_position_embeddings": shape.positions, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": shape.activation,
        "pad_token_id": 0, "position_embedding_type": "absolute"}))
    header, at = {}, 0
    for name, tensor in weights.items():
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [at, at + 4 * tensor.numel()]}
        at += 4 * tensor.numel()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    piece = folder / "piece"
    with open(folder / "model.safetensors", "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for tensor in weights.values():
            write_tensor(tensor, piece)
            out.write(piece.read_bytes())
    piece.unlink()
    return folder


class Block(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.heads = shape.heads
        self.query_key_value = nn.Linear(shape.width, 3 * shape.width)
        self.output = nn.Linear(shape.width, shape.width)
        self.attention_norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.inner = nn.Linear(shape.width, shape.inner)
        self.outer = nn.Linear(shape.inner, shape.width)
        self.output_norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.activation = ACTIVATIONS[shape.activation]

    def forward(self, hidden, mask):
        rows, length, width = hidden.shape
        query, key, value = self.query_key_value(hidden).view(rows, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        context = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        context = context.transpose(1, 2).reshape(rows, length, width)
        hidden = self.attention_norm(self.output(context) + hidden)
        return self.output_norm(self.outer(self.activation(self.inner(hidden))) + hidden)


class Bert(nn.Module):
    def __init__(self, shape, weights):
        super().__init__()
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        state = {}
        for name, tensor in weights.items():
            for theirs, ours in (("embeddings.word_embeddings", "words"), ("embeddings.LayerNorm", "norm"), ("encoder.layer", "blocks"),
                                 ("attention.output.LayerNorm", "attention_norm"), ("output.LayerNorm", "output_norm"),
                                 ("attention.output.dense", "output"), ("intermediate.dense", "inner"), ("output.dense", "outer")):
                name = name.replace(theirs, ours)
            if "attention.self" not in name and "token_type" not in name:
                state[name] = tensor
        state["positions.weight"] = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        state.pop("embeddings.position_embeddings.weight")
        for layer in range(shape.layers):
            for kind in ("weight", "bias"):
                state[f"blocks.{layer}.query_key_value.{kind}"] = torch.cat(
                    [weights[f"encoder.layer.{layer}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")])
        self.load_state_dict(state)
        self.requires_grad_(False)

    def hidden(self, ids, mask=None):
        """ids [B, L]; mask [B, L], true where a token is, or None where all are: SDPA is fastest then."""
        hidden = self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]])
        attention_mask = None if mask is None else mask[:, None, None, :]
        for block in self.blocks:
            hidden = block(hidden, attention_mask)
        return hidden

    def forward(self, ids, mask=None):
        """The mean of the hidden states of a row, of length 1."""
        hidden = self.hidden(ids, mask).float()
        mean = hidden.mean(1) if mask is None else (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return F.normalize(mean, dim=-1)
