"""Embeds the first rows of a file of JSON lines with sentence-transformers, in one thread.

  python sentence_transformers_run.py MODEL FILE ROWS

After a warm-up it prints the measurement as a line of JSON.
"""

import itertools
import json
import sys
import time

import torch
from sentence_transformers import SentenceTransformer

WARM_UP_ROWS = 500


def main(model_folder, file, rows):
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    with open(file, encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in itertools.islice(lines, rows)]
    if len(texts) < rows:
        sys.exit(f"{file} has {len(texts)} rows, and {rows} are wanted")
    model = SentenceTransformer(model_folder, device="cpu")
    # One text a call: without padding, and with the truncation that encode() applies.
    tokens = sum(model.preprocess([text])["attention_mask"].sum().item() for text in texts)
    model.encode(texts[:WARM_UP_ROWS], batch_size=32)
    start = time.process_time()
    model.encode(texts, batch_size=32)
    seconds = time.process_time() - start
    line = {"name": "sentence-transformers", "rows": rows, "tokens": tokens, "cpu_seconds": seconds}
    print(json.dumps(line))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
