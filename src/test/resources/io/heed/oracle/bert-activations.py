"""Makes bert-activations.json: what transformers computes with each hidden_act of a tiny BERT.

Run with transformers 5.17.0 and torch 2.13.0 (CPU): python bert-activations.py > bert-activations.json
The numbers there are rounded to nine decimals.
The weights are the formula below, which BertActivationsTest repeats: nothing is drawn. All is computed in float64.
"""
import json

import torch
import transformers
from transformers import BertConfig, BertModel

ROWS = [[3], [1, 4], [2, 5, 8, 10, 7, 6, 0]]
NAMES = ["gelu", "gelu_python", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh",
         "gelu_accurate", "relu"]


def value(name, index):
    """Multiples of 1/1024 in [-0.5, 0.5), float32 holds them; 1 is added to the gains of norms."""
    h = sum(ord(c) * (i + 1) for i, c in enumerate(name)) * 2654435761 + index * 40503
    h = (h ^ (h >> 7)) * 69069 % (1 << 32)
    v = (h >> 12) % 1024 / 1024 - 0.5
    return v + 1 if name.endswith("LayerNorm.weight") else v * 3


def main():
    outputs = {}
    for name in NAMES:
        config = BertConfig(vocab_size=11, hidden_size=8, num_hidden_layers=2, num_attention_heads=2,
                            intermediate_size=20, max_position_embeddings=12, hidden_act=name)
        model = BertModel(config, add_pooling_layer=False).double().eval()
        with torch.no_grad():
            for key, tensor in model.named_parameters():
                flat = [value(key, i) for i in range(tensor.numel())]
                tensor.copy_(torch.tensor(flat, dtype=torch.float64).reshape(tensor.shape))
            outputs[name] = [model(torch.tensor([row])).last_hidden_state[0].tolist() for row in ROWS]
    print(json.dumps({"transformers": transformers.__version__, "torch": torch.__version__,
                      "rows": ROWS, "last_hidden_state": outputs}, indent=1))


main()
