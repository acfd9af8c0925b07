#!/usr/bin/env python3
"""Makes small tokenizers whose vocabulary is a SentencePiece model, and the ids that transformers gives to texts.

  make_sentencepiece.py DIR   write DIR/texts.json and DIR/NAME/{config.json,...,golden.json}

The texts are those of ../tokenizers/make_tokenizers.py and more; the models are learnt from a part of them, so that words fall
in pieces and some characters are unknown. golden.json says which versions computed it; its ids are those of
AutoTokenizer.from_pretrained(DIR/NAME)(text), special tokens included, one row for each text.
"""
import io, json, os, shutil, sys, tempfile

import sentencepiece
import tokenizers
import transformers
from sentencepiece import sentencepiece_model_pb2

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tokenizers"))
import make_tokenizers
from make_tokenizers import MASK, token, write

SPACES = [" ", "\t", "\n", "\r", "\x0b", "\x1c", "\x85", "\u00a0", "\u1680", "\u2028", "\u200b", "\u3000", "\ufeff", "\u2581"]
FIXED = ["``quoted'' text", "'' `` ''", "it''s ``", "``", "a``b", "<0x0A>", "a<0x41>b", "<0xE2><0x96><0x81>", "\u2581", "\u2581\u2581", "\u2581 \u2581",
         "a\u2581b", " \u2581a", "\u2581a\u2581", "<extra_id_0>", "<extra_id_99>", "<extra_id_100>", "the <extra_id_1> river<extra_id_2>.",
         "<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED", "a<s>NOTUSED b", "<sep>", "a<sep>b", "a <sep> b", "\u2581<sep>", "<cls>the", "<user>",
         "the<user>river", "<USER>", "a <user>  b", "[CLS][SEP][MASK][PAD][UNK]", "the [MASK]. river", "the\n[MASK]\nriver", "[mask]", "ＡＢＣ１２３",
         "ｔｈｅ　ｒｉｖｅｒ", "Ｔｈｅ＜ｍａｓｋ＞", "＜ｓ＞", "ﬃ ﬅ ĳ ŉ ǆ", "ﷺ", "㎏ ㏑ ㍿", "①⑳⓪", "ﾊﾟﾋﾞ", "が か\u3099", "각 \u1100\u1161\u11a8", "ἀ\u0301", "q\u0307\u0323",
         "q\u0323\u0307", "\u0344", "a\u0300\u0301\u0302\u0303", "\u0301a", " \u0301", "e\u200d\u0301", "I\u0307i\u0307", "שָׁלוֹם", "مُحَمَّد", "\u061c\u200fab\u200e",
         "\u202bאב\u202c ab", "\ue000\uf8ff", "\U000f0000a", "👩🏽‍🚀🏳️‍🌈", "🧑‍🧑‍🧒", "1️⃣#️⃣", "☃︎☃️", "1,000,000", "9,", "x9,", "5,y", "3.14159", "½¼", "x\u2044y",
         "№™℠", "…‥", "--—–―", "x" * 2000, "un" * 700, "中" * 500, "é" * 500, "the river " * 150, "🙂" * 200, "...\t\t...\n\n...", "a \u00a0 b", "\r\n\r\n",
         "the river \n", "\n the", "x\u0000y", "x\u00ady", "z\u200cz", "\x01\x02a", "\x7fa", "�a", "İSTANBUL", "ǅ", "ß ẞ ſ", "Σ σ ς ΣΑΣ", "KÅ"]
RULES = {"Ａ": "A", "ﬁ": "fi", "\u00a0": " ", "\u3000": " ", "e\u0301": "é", "\t": " ", "\n": " ", "\u200b": "", "\u00ad": "", "½": "1/2", "№": "No",
         "…": "...", "a\u0300": "à", "É": "é", "İ": "i", "ﷺ": "صلى الله"}


def texts():
    pairs = ["the" + a + b + "river" for a in SPACES for b in SPACES] + [a + "x" + b for a in SPACES for b in SPACES[::3]]
    runs = [c * n for c in ("a", "=", "-", "nn ", "\u2581") for n in (2, 3, 4, 5, 7, 8, 11, 16, 33)]
    return list(dict.fromkeys(make_tokenizers.texts() + FIXED + runs + pairs))


def corpus():
    lines = [t for t in make_tokenizers.corpus() + ["a aa aaa aaaa", "= == === ====", "the the, river. runs 1, 22, the9, q9,"] * 9 if "\x00" not in t]
    return lines + ["naïve café ﬁne straße Zürich", "東京都 中文字 カタカナ 한국어", "привет мир шалом", "``quoted'' text ''"] * 6


def model(size, rules, **options):
    """Of the unigram kind; rules are the name of a set of SentencePiece, or a dictionary of a few."""
    made = io.BytesIO()
    file = tempfile.NamedTemporaryFile("w", suffix=".tsv")
    if isinstance(rules, dict):
        code = lambda text: " ".join("%X" % ord(c) for c in text)
        file.writelines(code(k) + "\t" + code(v) + "\n" for k, v in rules.items())
        file.flush()
        options["normalization_rule_tsv"] = file.name
    else:
        options["normalization_rule_name"] = rules
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(corpus()), model_writer=made, vocab_size=size, hard_vocab_limit=False,
                                             num_threads=1, minloglevel=2, character_coverage=0.98, **options)
    # Where the rules stood is no part of a model.
    proto = sentencepiece_model_pb2.ModelProto.FromString(made.getvalue())
    proto.normalizer_spec.ClearField("normalization_rule_tsv")
    return proto.SerializeToString(deterministic=True)


FAIRSEQ = dict(unk_id=0, bos_id=1, eos_id=2)
T5 = dict(pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
DEBERTA = dict(pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece="[PAD]", bos_piece="[CLS]", eos_piece="[SEP]", unk_piece="[UNK]")
ALBERT = dict(pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols=["[CLS]", "[SEP]"], user_defined_symbols=["[MASK]", "<user>"])
XLM, SPIECE, SPM = "sentencepiece.bpe.model", "spiece.model", "spm.model"


def count(proto):
    return sentencepiece.SentencePieceProcessor(model_proto=proto).get_piece_size()


def specs():
    """name: (model_type, file, SentencePiece model, tokenizer_config, special_tokens_map, added_tokens)"""
    plain = model(420, RULES, **FAIRSEQ)
    symbols = model(700, RULES, byte_fallback=True, user_defined_symbols=["<sep>", "<user>", "the", "<mask>"], control_symbols=["<cls>"], **FAIRSEQ)
    t5 = model(600, RULES, byte_fallback=True, user_defined_symbols=["<user>"], **T5)
    deberta, albert = model(380, "identity", **DEBERTA), model(400, RULES, **ALBERT)
    last = count(plain) + 2
    decoder = {str(i): token(t, True) for i, t in enumerate(["<s>", "<pad>", "</s>", "<unk>"])}
    decoder.update({str(last - 1): token("<mask>", True, lstrip=True, normalized=True), str(last): token("<user>", False, rstrip=True)})
    return {
        "xlm-roberta": ("xlm-roberta", XLM, model(420, "nmt_nfkc", **FAIRSEQ), None, None, None),
        "xlm-roberta-symbols": ("xlm-roberta", XLM, symbols, dict(tokenizer_class="XLMRobertaTokenizerFast", add_prefix_space=False), None, None),
        "xlm-roberta-map": ("xlm-roberta", XLM, plain, dict(model_max_length=512),
                            {"mask_token": MASK, "bos_token": "<s>", "additional_special_tokens": ["<cls>"]}, {"<user>": last, "[MASK]": last + 1}),
        "bert-decoder": ("bert", XLM, plain, dict(tokenizer_class="XLMRobertaTokenizer", added_tokens_decoder=decoder, extra_special_tokens={}), None, None),
        "bert-extra": ("bert", XLM, symbols, dict(tokenizer_class="XLMRobertaTokenizer", additional_special_tokens=["<cls>", "[MASK]"]), None, None),
        "camembert": ("camembert", XLM, plain, None, None, None),
        "camembert-extra": ("camembert", XLM, symbols, dict(tokenizer_class="CamembertTokenizer", additional_special_tokens=["<s>NOTUSED", "</s>NOTUSED"],
                                                            add_prefix_space=True), None, None),
        "t5": ("t5", SPIECE, model(360, "nfkc_cf", **T5), dict(eos_token="</s>", unk_token="<unk>", pad_token="<pad>", extra_ids=100,
                                      additional_special_tokens=["<extra_id_%d>" % i for i in range(100)]), None, None),
        "t5-plain": ("t5", SPIECE, t5, None, None, None),
        "mt5": ("mt5", SPIECE, t5, dict(extra_ids=0, additional_special_tokens=None, tokenizer_class="T5Tokenizer"), {"eos_token": "</s>"}, None),
        "deberta-v3": ("deberta-v2", SPM, deberta, dict(do_lower_case=False, vocab_type="spm"), None, None),
        "deberta-lower": ("deberta-v2", SPM, deberta, dict(do_lower_case=True, split_by_punct=True, add_prefix_space=False,
                                                           tokenizer_class="DebertaV2TokenizerFast"), None, {"[MASK]": count(deberta)}),
        "deberta-unknown": ("deberta-v2", SPM, model(640, RULES, byte_fallback=True, control_symbols=["[UNK]"], **FAIRSEQ), None, None, None),
        "albert": ("albert", SPIECE, albert, None, None, None),
        "albert-accents": ("albert", SPIECE, albert, dict(tokenizer_class="AlbertTokenizer", keep_accents=True, do_lower_case=False, remove_space=True,
                                                          mask_token=dict(token("[MASK]", True, lstrip=True), __type="AddedToken")), None, None),
        "albert-ends": ("albert", SPIECE, albert, dict(add_prefix_space=False, add_eos_token=True), None, None),
    }


def main(directory):
    everything = texts()
    assert len(everything) >= 600
    write(directory, "texts.json", json.dumps(everything, indent=0))
    for name, (model_type, file, proto, config, names, added) in specs().items():
        folder = os.path.join(directory, name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        write(folder, "config.json", json.dumps(dict(model_type=model_type)))
        for part, value in dict(tokenizer_config=config, special_tokens_map=names, added_tokens=added).items():
            if value is not None:
                write(folder, part + ".json", json.dumps(value))
        with open(os.path.join(folder, file), "wb") as out:
            out.write(proto)
        made = transformers.AutoTokenizer.from_pretrained(folder)
        golden = dict(transformers=transformers.__version__, tokenizers=tokenizers.__version__, sentencepiece=sentencepiece.__version__,
                      tokenizer=type(made).__name__, ids=[made(text)["input_ids"] for text in everything])
        write(folder, "golden.json", json.dumps(golden, separators=(",", ":")).replace("],[", "],\n["))
        print(name, type(made).__name__, len(made), len(proto), sum(map(len, golden["ids"])))


if __name__ == "__main__":
    main(sys.argv[1])
