#!/usr/bin/env python3
"""Makes small tokenizers in the files that transformers had before tokenizer.json, and the ids that it gives to texts.

  make_tokenizers.py DIR   write DIR/texts.json and DIR/NAME/{config.json,...,golden.json}

Vocabularies are learnt from a part of the texts, so that words fall in pieces and some have none. golden.json says which
versions computed it; its ids are those of AutoTokenizer.from_pretrained(DIR/NAME)(text), special tokens included, one row
for each text.
"""
import collections, json, os, random, shutil, sys

import tokenizers
import transformers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

WORDS = """the river runs unaffordable unwanted Don't RUN naïve café CAFÉ Ångström straße ẞ İstanbul ıspanak ﬁne Ǆ ΑΘΗΝΑ Σίσυφος ς
привет Ёлка שלום مرحبا हिन्दी ไทย 東京都 东京 中文字 カタカナ ﾊﾝｶｸ 한국어 각 🙂 👩‍👩‍👧‍👦 🇩🇪 👍🏽 e\u0301 a\u030a o\u0308 1234567890 3.14 1,000 ½ ² Ⅷ x² #tag @name
a_b c-d http://x.org/?q=1&r=2 C++ €5 $4 £3 …  “quoted” ‘it’ — – don’t we'll I'm they're 's 'S 'll \u00ad soft\u00adhyphen zero\u200bwidth
joined\u200d\u2060 \ufeff \ufffd 𝔘𝔫𝔦 𠀀 \U0001f1e6 <tag> [x] [UNK] [CLS] [SEP] [MASK] [PAD] [mask] <s> </s> <pad> <unk> <mask> <MASK> <|endoftext|>
[NEW] [new] <extra> Extra_1 xylophonists qqqq zzzzz""".split()
SPACES = ["", " ", "  ", "   ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u2003", "\u2028", "\x0b", "\x0c", "\x85", "\x1c", "\x00",
          "\x07", "\x7f", "\u200b", ".", ",", "!", "-", "_", "'"]
FIXED = ["", " ", "  ", "\n", "\n\n\n", "\t \t", "\u00a0", "\u3000", "\x00", "\x00\x01\x02", "\x7f", "\ufffd", "\ufeff", "\u0301", "a", " a", "a ",
         "  a  ", "Hello world", " Hello world", "hello  world", "Hello,world!", "HELLO WORLD", "the river runs", "The River Runs.", "the\nriver",
         "the\r\nriver", "the\rriver", "the\triver", "the\u00a0river", "the\u3000river", "the\u2028river", "the\x0briver", "the\x00river",
         "the\u00adriver", "the\u200briver", "the\u200driver", "a" * 99, "a" * 100, "a" * 101, "a" * 250, "ab" * 60, "é" * 100, "é" * 101,
         "e\u0301" * 70, "中" * 120, "un" * 50 + "able", "supercalifragilisticexpialidocious", "...", "!!!???", "a.b.c", "---", "((()))", "$100",
         "100%", "I'm, you're; he'll we've they'd 'tis", "I'M YOU'RE", "it''s", "' s", "12 345 6789", "a1b2c3", "x² + y² = z²", "½ cup", "①②③",
         "[CLS]", "[SEP] [SEP]", "a [MASK] b", "a[MASK]b", "a  [MASK]  b", "[mask]", "[ MASK ]", "[[MASK]]", "[CLS] the river [SEP]", "[UNK]", "[PAD]",
         "<s>", "</s>", "<s>the</s>", "a <mask> b", "a<mask>b", "a  <mask>  b", "a\n<mask> b", " <mask>", "<mask> ", "<MASK>", "< mask >",
         "<pad><pad>", "<unk>", "<|endoftext|>", "a<|endoftext|>b", "a <|endoftext|> b", "<|endoftext|><|endoftext|>", "<|ENDOFTEXT|>",
         "[NEW]", "[new]", "a[NEW]b", "the [New] river", "<extra>", "<EXTRA>", "x <extra> y", "  <extra>  ", "Extra_1", "extra_1 Extra_12",
         "中文", "中 文", "东京都is東京", "日本語のテキスト", "한국어 텍스트", "ไทยภาษา", "हिन्दी भाषा", "مرحبا بالعالم", "שלום עולם", "Привет, мир!",
         "Ёлка и ёлка", "Й й", "İ i ı I", "STRASSE straße ẞ", "ΑΘΗΝΑ αθήνα ς σ", "Ǆ ǅ ǆ", "ﬁ ﬂ ﬀ", "Å Å å", "Café café CAFÉ Cafe\u0301",
         "ñ n\u0303 Ñ", "ậ â\u0323", "🙂", "a🙂b", "🙂🙂🙂", "👩‍👩‍👧‍👦 family", "🇩🇪🇫🇷", "👍🏽", "❤️", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "𠀀𠀁", "\U0010ffff",
         "\ue000", "\ufdd0", "\u2066isolated\u2069", "\u202ertl\u202c", "\x1b[31mred", "tab\tand\nnew", "trailing\n", "\nleading", "##able un ##able",
         "un##able", "a ##b", "\u0120the", "Ċ", "Ġ the", "▁the", "the</w>", "@@", "#version: 0.2", "\\n \\t", "\"quoted\"", "`code`", "a~b^c|d",
         "—dash—", "“smart” ‘quotes’", "…", "·•◦", "№ 5", "€ 5,00", "¥100", "¿Qué?", "¡Olé!", "na\u0308ive", "Zürich", "Zu\u0308rich", "Ðuro Þór",
         "œuvre Æsir", "Łódź", "Ştefan", "Ṩ ṩ", "ἄνθρωπος", "ᾳ", "Ωmega", "ℵ ℕ", "x̂ŷ", "z̸a̷l̴g̵o̶", "\u1680", "\u180e", "\u205f", "\u2060", "\u3164"]


def texts():
    dice = random.Random("texts")
    mixed = ["".join(dice.choice(WORDS) + dice.choice(SPACES) for _ in range(dice.randint(1, 7))) for _ in range(90)]
    mixed += [" ".join(dice.choice(WORDS) for _ in range(dice.randint(2, 8))) for _ in range(40)]
    return list(dict.fromkeys(FIXED + mixed))


def corpus():
    return [t for i, t in enumerate(texts()) if i % 3] * 2 + ["the river runs unaffordable able un run er in on"] * 9


def words(lower):
    """Words of the corpus as BERT finds them, with their counts."""
    normalizer, split = normalizers.BertNormalizer(lowercase=lower), pre_tokenizers.BertPreTokenizer()
    return collections.Counter(w for t in corpus() for w, _ in split.pre_tokenize_str(normalizer.normalize_str(t)))


def word_piece(first, lower):
    """The most frequent beginnings and continuations; the library's trainer takes ties as they come."""
    counts = collections.Counter()
    for word, n in words(lower).items():
        counts.update({word[:k]: n for k in range(1, 7)})
        counts.update({"##" + word[i:i + k]: n for i in range(1, min(len(word), 12)) for k in (1, 2, 3) if i + k <= len(word)})
    pieces = first + [p for p in sorted(counts, key=lambda p: (-counts[p], p)) if p not in first][:600]
    return {"vocab.txt": "".join(piece + "\n" for piece in pieces)}


def first_gpt():
    """BPE whose last character of a word is a piece of its own; of equally frequent pairs the first by name is merged."""
    spelled = {w: tuple(w[:-1]) + (w[-1] + "</w>",) for w in words(True)}
    counts = words(True)
    letters = collections.Counter(p for w in spelled for p in spelled[w])
    ids = {p: i for i, p in enumerate(["<unk>"] + sorted(letters, key=lambda p: (-letters[p], p))[:220])}
    merges = []
    while len(merges) < 200:
        pairs = collections.Counter()
        for w, n in counts.items():
            pairs.update({pair: n for pair in zip(spelled[w], spelled[w][1:]) if pair[0] in ids and pair[1] in ids})
        left, right = min(pairs, key=lambda p: (-pairs[p], p))
        merges.append((left, right))
        ids.setdefault(left + right, len(ids))
        for w, parts in spelled.items():
            made, i = [], 0
            while i < len(parts):
                both = parts[i:i + 2] == (left, right)
                made.append(left + right if both else parts[i])
                i += 2 if both else 1
            spelled[w] = tuple(made)
    return bpe_files(ids, merges)


def bpe_files(ids, merges):
    lines = "".join(" ".join(pair) + "\n" for pair in merges)
    return {"vocab.json": json.dumps(ids, ensure_ascii=False), "merges.txt": "#version: 0.2\n" + lines}


def byte_level(first, last):
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.train_from_iterator(corpus(), trainers.BpeTrainer(show_progress=False, vocab_size=420, special_tokens=first,
                                                           initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    model = json.loads(made.to_str())["model"]
    ids = dict(sorted(model["vocab"].items(), key=lambda piece: piece[1]))
    ids.update({token: len(ids) + i for i, token in enumerate(last)})
    return bpe_files(ids, model["merges"])


def token(content, special, **flags):
    return dict(dict(content=content, lstrip=False, rstrip=False, single_word=False, normalized=not special, special=special), **flags)


BERT = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
MPNET = ["<s>", "<pad>", "</s>", "[UNK]"]
MASK = {k: v for k, v in token("<mask>", True, lstrip=True, normalized=True).items() if k != "special"}


def size(files):
    return len(json.loads(files["vocab.json"])) if "vocab.json" in files else files["vocab.txt"].count("\n")


def specs():
    """name: (model_type, files, tokenizer_config, special_tokens_map, tokens added behind the vocabulary)"""
    uncased, cased, mpnet = word_piece(BERT, True), word_piece(BERT, False), word_piece(MPNET + ["<mask>"], True)
    roberta = byte_level(["<s>", "<pad>", "</s>", "<unk>"], ["<mask>"])
    gpt2 = byte_level([], ["<|endoftext|>"])
    last = size(uncased)
    decoder = {str(i): token(t, True) for i, t in enumerate(BERT)}
    decoder.update({str(last): token("[NEW]", False, single_word=True), str(last + 1): token("<extra>", True, rstrip=True, lstrip=True)})
    return {
        "bert-uncased": ("bert", uncased, None, None, None),
        "bert-cased": ("bert", cased, dict(do_lower_case=False, model_max_length=512), None, None),
        "bert-accents": ("bert", uncased, dict(strip_accents=False, tokenize_chinese_chars=False, tokenizer_class="BertTokenizerFast"), None, None),
        "bert-added": ("bert", uncased, dict(do_lower_case=True), {"mask_token": "[MASK]", "additional_special_tokens": ["<extra>"]},
                       {"[NEW]": last, "<extra>": last + 1}),
        "distilbert": ("distilbert", cased, dict(tokenizer_class="DistilBertTokenizer", do_lower_case=False, strip_accents=True), None, None),
        "distilbert-decoder": ("distilbert", uncased, dict(tokenizer_class="DistilBertTokenizer", added_tokens_decoder=decoder,
                                                           extra_special_tokens={}), {"mask_token": "[NOT READ]"}, None),
        "electra": ("electra", uncased, dict(tokenizer_class="ElectraTokenizer", do_lower_case=True, strip_accents=None), None, None),
        "mpnet": ("mpnet", mpnet, None, None, None),
        "mpnet-map": ("mpnet", mpnet, dict(do_lower_case=True, mask_token="<mask>", tokenizer_class="MPNetTokenizer"),
                      {"eos_token": dict(content="</s>", lstrip=True, rstrip=True, normalized=True, single_word=False), "mask_token": MASK}, None),
        "mpnet-lacking": ("mpnet", uncased, dict(do_lower_case=False), None, None),
        "gpt2": ("gpt2", gpt2, None, None, None),
        "gpt2-bos": ("gpt2", gpt2, dict(add_bos_token=True, add_eos_token=True, add_prefix_space=True, pad_token="<pad>",
                                        bos_token=dict(token("<|endoftext|>", True, normalized=True), __type="AddedToken")), None, None),
        "roberta": ("roberta", roberta, None, None, None),
        "roberta-map": ("roberta", roberta, dict(add_prefix_space=True, tokenizer_class="RobertaTokenizer"), {"mask_token": MASK, "cls_token": "<s>"},
                        {"[NEW]": size(roberta), "Extra_1": size(roberta) + 1}),
        "openai-gpt": ("openai-gpt", first_gpt(), dict(do_lower_case=False), None, None),
    }


def main(directory):
    everything = texts()
    assert len(everything) >= 200
    write(directory, "texts.json", json.dumps(everything, indent=0))
    for name, (model_type, files, config, names, added) in specs().items():
        folder = os.path.join(directory, name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        write(folder, "config.json", json.dumps(dict(model_type=model_type)))
        for file, value in dict(tokenizer_config=config, special_tokens_map=names, added_tokens=added).items():
            if value is not None:
                write(folder, file + ".json", json.dumps(value))
        for file, text in files.items():
            write(folder, file, text)
        made = transformers.AutoTokenizer.from_pretrained(folder)
        golden = dict(transformers=transformers.__version__, tokenizers=tokenizers.__version__, tokenizer=type(made).__name__,
                      ids=[made(text)["input_ids"] for text in everything])
        write(folder, "golden.json", json.dumps(golden, separators=(",", ":")).replace("],[", "],\n["))
        print(name, type(made).__name__, len(made), sum(map(len, golden["ids"])))


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
        file.write(text)


if __name__ == "__main__":
    main(sys.argv[1])
