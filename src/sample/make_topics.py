"""Trains sample-data/topics, a small BERT that tells the topics of sample-data/sentences.jsonl.

    python make_topics.py SAMPLE_DATA OUT

Needs torch, transformers and tokenizers; a minute on a laptop. The tokenizer is that of sample-data/checkpoint.
"""

import json
import pathlib
import shutil
import sys

import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertForSequenceClassification

data, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
torch.manual_seed(1)
torch.set_num_threads(2)
rows = [json.loads(line) for line in (data / "sentences.jsonl").open()]
topics = sorted({row["topic"] for row in rows})
tokenizer = Tokenizer.from_file(str(data / "checkpoint" / "tokenizer.json"))
tokenizer.enable_truncation(128)
tokenizer.enable_padding(pad_id=0)
config = BertConfig(
    vocab_size=tokenizer.get_vocab_size(),
    hidden_size=64,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=256,
    max_position_embeddings=128,
    id2label=dict(enumerate(topics)),
    label2id={topic: i for i, topic in enumerate(topics)},
)
model = BertForSequenceClassification(config)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.05)
labels = torch.tensor([topics.index(row["topic"]) for row in rows])
encoded = tokenizer.encode_batch([row["text"] for row in rows])
ids = torch.tensor([e.ids for e in encoded])
mask = torch.tensor([e.attention_mask for e in encoded])
for epoch in range(60):
    order = torch.randperm(len(rows))
    for at in order.split(32):
        loss = model(input_ids=ids[at], attention_mask=mask[at], labels=labels[at]).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if epoch % 10 == 9:
        print(epoch + 1, float(loss))
model.eval()
with torch.no_grad():
    right = (model(input_ids=ids, attention_mask=mask).logits.argmax(1) == labels).float().mean()
print("right on what it has seen:", float(right))
model.half().save_pretrained(out)
for name in ("tokenizer.json", "tokenizer_config.json"):
    shutil.copy(data / "checkpoint" / name, out / name)
