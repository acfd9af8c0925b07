"""Writes the classifiers that no golden of transformers 4.57.6 has, with what transformers makes of them.

    python make_classifiers.py FOLDER

Tiny, random by the names of their parameters, in float64, each row alone.
"""

import json
import pathlib
import sys
import zlib

import torch
import transformers
from transformers import AutoConfig, AutoModelForSequenceClassification

SIZES = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, vocab_size=120,
             max_position_embeddings=64, num_labels=3)
KINDS = {
    "albert-seqcls": dict(model_type="albert", embedding_size=16, type_vocab_size=2),
    "camembert-seqcls": dict(model_type="camembert", type_vocab_size=1, pad_token_id=1),
    "gte-seqcls": dict(model_type="gte", type_vocab_size=2),
}
ROWS = [[5], [7, 9], [2, 3, 5, 8, 13, 21, 34, 55, 119], list(range(10, 27)), [(i * i) % 110 + 5 for i in range(40)]]
for name, more in KINDS.items():
    folder = pathlib.Path(sys.argv[1]) / name
    more = dict(more)
    config = AutoConfig.for_model(more.pop("model_type"), **SIZES, **more)
    model = AutoModelForSequenceClassification.from_config(config, attn_implementation="eager").eval()
    with torch.no_grad():
        for key, value in model.named_parameters():
            torch.manual_seed(zlib.crc32(key.encode()))
            scale = 0.2 if value.dim() == 1 else 1.3 / value.shape[-1] ** 0.5
            value.copy_(torch.randn_like(value) * scale + (1.0 if "orm.weight" in key or "ln.weight" in key else 0.0))
    model.save_pretrained(folder)
    model.double()
    rows, outputs = [], dict(logits=[], softmax=[])
    for ids in ROWS:
        row = dict(input_ids=ids)
        if config.type_vocab_size > 1:
            row["token_type_ids"] = [0] * (len(ids) // 2) + [1] * (len(ids) - len(ids) // 2)
        with torch.no_grad():
            logits = model(**{key: torch.tensor([value]) for key, value in row.items()}).logits[0]
        rows.append(row)
        outputs["logits"].append([float(x) for x in logits.float()])
        outputs["softmax"].append([float(x) for x in logits.softmax(0).float()])
    golden = dict(name=name, computed_with=dict(transformers=transformers.__version__, torch=torch.__version__),
                  rows=rows, outputs=outputs)
    (folder / "golden.json").write_text(json.dumps(golden))
