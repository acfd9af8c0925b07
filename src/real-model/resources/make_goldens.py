"""Writes the goldens of all-MiniLM-L6-v2 that neither Heed nor its own runs have a part in.

    npm pack @sap-ux/fiori-docs-embeddings@1.2.6     (Apache-2.0, SAP SE)
    python make_goldens.py PACKAGE tokenizer.json

fiori-docs.json: the shortest of the 778 texts of that package and their vectors, which its makers
computed with transformers.js. hard-texts.json: token ids by Hugging Face's tokenizers (0.23), cut
at 64.
"""

import json
import struct
import sys

from tokenizers import Tokenizer

HARD = [
    "", " ", "\n\t", "a", "Hello, World!", "hello,world!no spaces,here", "naïve café, façade, jalapeño",
    "Ångström Zoë Jürgen Dvořák", "e\u0301 versus \u00e9", "東京は晴れです。", "你好，世界", "Привет, мир",
    "שלום עולם", "مرحبا بالعالم", "नमस्ते दुनिया", "สวัสดีชาวโลก", "👩‍👩‍👧‍👦 🇩🇪 👍🏽 ☕️", "\u0000nul\u0000", "soft\u00adhyphen",
    "zero\u200bwidth", "non\u00a0breaking\u202fspaces", "[SEP] [CLS] [MASK] [PAD] [UNK]", "[sep]", "##ing", "don't can't o'clock",
    "“Quotes” and ‘single quotes’ — and a dash…", "C:\\temp\\notes.txt (error 0x80070005)", "https://example.com/help?id=42&lang=en#top",
    "support@example.com", "1,234,567.89 €/m² ½ ±5%", "10 × 10 = 100", "E = mc²", "ALL CAPITALS ARE HARD TO READ.",
    "Donaudampfschifffahrtsgesellschaftskapitän", "a" * 101, "x" * 99 + " y", "ﬁne ﬂags ﬀ", "İstanbul ıI", "ß ẞ ſ", "\u1e9b\u0323",
    "日本語とEnglishの混在テキスト", "한국어 텍스트", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "a\u0300\u0301\u0302\u0303", "\ufeffbom", "tab\tseparated\tvalues", "line\r\nbreaks\rof\nall kinds",
    "the quick brown fox " * 40,
]


def main(package, tokenizer_file):
    tokenizer = Tokenizer.from_file(tokenizer_file)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    with open(package + "/data/embeddings/records.jsonl", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    with open(package + "/data/embeddings/embeddings.bin", "rb") as data:
        values = data.read()
    width = len(values) // 4 // len(records)
    lengths = [len(tokenizer.encode(record["content"]).ids) for record in records]
    shortest = sorted(range(len(records)), key=lambda i: lengths[i])[:12]
    documents = [
        {
            "id": records[i]["id"],
            "text": records[i]["content"],
            "embedding": struct.unpack_from("<%df" % width, values, 4 * width * i),
        }
        for i in shortest
    ]
    write("fiori-docs.json", documents)
    tokenizer.enable_truncation(64)
    write("hard-texts.json", [{"text": t, "ids": tokenizer.encode(t).ids} for t in HARD])


def write(name, rows):
    with open(name, "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


main(*sys.argv[1:])
