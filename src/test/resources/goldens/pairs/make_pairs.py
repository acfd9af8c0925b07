"""Encodes pairs of texts by Hugging Face's tokenizers: python make_pairs.py FOLDER... > golden.json

roberta/tokenizer.json is what transformers 5.18 makes of goldens/tokenizers/roberta.
"""

import json
import sys

import tokenizers
from tokenizers import Tokenizer

TEXTS = [
    ("a cat", "the wind came up over the harbour and the boats turned"),
    ("", "empty first"),
    ("empty second", ""),
    ("", ""),
    ("one two three four five six seven eight nine ten eleven twelve", "one two three"),
    ("é à ü — 東京 🙂", "the cat sat on the mat, and the dog did not"),
    ("x", "y"),
    ("東京大学東京大学", "rain " * 7),
    ("the " * 7, "a b c d e f g h i"),
    ("a b c d e f g h i", "the " * 7),
    ("the same words the same words", "the same words the same words the same"),
]
pairs = []
for folder in sys.argv[1:]:
    for strategy in ("longest_first", "only_second"):
        for most in (5, 8, 11, 16, 64):
            tokenizer = Tokenizer.from_file(folder + "/tokenizer.json")
            tokenizer.no_padding()
            tokenizer.enable_truncation(most, strategy=strategy)
            for a, b in TEXTS:
                pair = dict(folder=folder, strategy=strategy, max=most, a=a, b=b)
                try:
                    e = tokenizer.encode(a, b)
                    pair.update(ids=e.ids, types=e.type_ids, truncated=bool(e.overflowing))
                except Exception as error:
                    pair.update(error=str(error))
                pairs.append(pair)
print(json.dumps(dict(tokenizers=tokenizers.__version__, pairs=pairs), ensure_ascii=False))
