#!/usr/bin/env python3
"""Makes tiny random checkpoints of encoders and what transformers' own code computes from them.

  make_encoders.py DIR [NAME ...]   write DIR/NAME/{config.json,model.safetensors,golden.json}

Every row is computed alone, without padding, in eager attention; weights are float32, arithmetic is float64. All
parameters are drawn anew from generators seeded by their names, so that none is zero or one by default; embeddings are
small, so that what the first norm adds to the variance shows. golden.json says which versions computed it.
"""
import json, math, os, random, shutil, sys, zlib

import numpy as np
import torch
import transformers

LENGTHS = (1, 2, 9, 17, 40)
# As many heads as stand in several groups, distances beyond the last bucket, and the longest row that there is.
LONG = {"mpnet-wide-model": (1, 9, 131, 160)}
# Below, at and beyond the length that frequencies of rotary positions change at.
LONG.update({"eurobert-" + kind: (1, 9, 32, 33, 70) for kind in ("linear", "dynamic", "yarn", "longrope", "llama3")})
MOST = 20  # tokens of the rows whose hidden states are written
BERT = dict(vocab_size=131, hidden_size=60, num_hidden_layers=3, num_attention_heads=4, intermediate_size=77,
            max_position_embeddings=47, type_vocab_size=2)
ROBERTA = dict(vocab_size=151, hidden_size=52, num_hidden_layers=3, num_attention_heads=4, intermediate_size=71,
               max_position_embeddings=43, type_vocab_size=1, layer_norm_eps=1e-5, pad_token_id=1, bos_token_id=0,
               eos_token_id=2)
EUROBERT = dict(vocab_size=67, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1,
                head_dim=16, intermediate_size=37, max_position_embeddings=128, pad_token_id=1, bos_token_id=0,
                eos_token_id=2)

T5 = dict(vocab_size=129, d_model=40, d_kv=12, d_ff=61, num_layers=3, num_heads=4,
          relative_attention_num_buckets=12, relative_attention_max_distance=30, pad_token_id=0, eos_token_id=1)


def eurobert(most=128, **rope):
    values = dict(EUROBERT, max_position_embeddings=most, rope_parameters=rope)
    return "EuroBertConfig", "EuroBertModel", values, False, False


# name: (configuration, model, values, with token types, with a row that has the padding id)
SPECS = {
    "bert-model": ("BertConfig", "BertModel", BERT, True, False),
    "roberta-model": ("RobertaConfig", "RobertaModel", ROBERTA, False, True),
    "xlm-roberta-model": ("XLMRobertaConfig", "XLMRobertaModel",
                          dict(ROBERTA, vocab_size=173, hidden_size=51, num_attention_heads=3), False, True),
    "distilbert-model": ("DistilBertConfig", "DistilBertModel",
                         dict(vocab_size=139, dim=60, n_layers=3, n_heads=4, hidden_dim=83, max_position_embeddings=45),
                         False, False),
    "electra-model": ("ElectraConfig", "ElectraModel",
                      dict(vocab_size=137, embedding_size=36, hidden_size=60, num_hidden_layers=3, num_attention_heads=4,
                           intermediate_size=77, max_position_embeddings=47), True, False),
    "mpnet-model": ("MPNetConfig", "MPNetModel",
                    dict(vocab_size=149, hidden_size=60, num_hidden_layers=3, num_attention_heads=4,
                         intermediate_size=79, max_position_embeddings=43, layer_norm_eps=1e-5), False, True),
    "mpnet-wide-model": ("MPNetConfig", "MPNetModel",
                         dict(vocab_size=60, hidden_size=192, num_hidden_layers=1, num_attention_heads=4,
                              intermediate_size=21, max_position_embeddings=162, layer_norm_eps=1e-5), False, False),
    "albert-model": ("AlbertConfig", "AlbertModel",
                     dict(vocab_size=127, embedding_size=36, hidden_size=60, num_hidden_layers=5, num_hidden_groups=2,
                          num_attention_heads=4, intermediate_size=77, max_position_embeddings=47), True, False),
    "camembert-model": ("CamembertConfig", "CamembertModel", dict(ROBERTA, vocab_size=157), False, True),
    "gte-model": ("GteConfig", "GteModel",
                  dict(vocab_size=141, hidden_size=48, num_hidden_layers=2, num_attention_heads=3, intermediate_size=67,
                       max_position_embeddings=64, type_vocab_size=2, pad_token_id=0), True, False),
    "mt5-encoder": ("MT5Config", "MT5EncoderModel",
                    dict(T5, feed_forward_proj="gated-gelu", tie_word_embeddings=False), False, False),
    "umt5-encoder": ("UMT5Config", "UMT5EncoderModel", dict(T5, feed_forward_proj="gated-gelu"), False, False),
    "t5-encoder-silu": ("T5Config", "T5EncoderModel", dict(T5, feed_forward_proj="gated-silu"), False, False),
    "deberta-v2-absolute": ("DebertaV2Config", "DebertaV2Model",
                            dict(vocab_size=135, hidden_size=48, num_hidden_layers=2, num_attention_heads=4,
                                 intermediate_size=59, max_position_embeddings=44, type_vocab_size=2,
                                 relative_attention=False, layer_norm_eps=1e-7), True, False),
    "eurobert-linear": eurobert(rope_type="linear", rope_theta=10000.0, factor=2.5),
    "eurobert-dynamic": eurobert(32, rope_type="dynamic", rope_theta=10000.0, factor=2.5),
    "eurobert-yarn": eurobert(rope_type="yarn", rope_theta=10000.0, factor=4.0, beta_fast=8.0, beta_slow=1.0,
                              original_max_position_embeddings=32),
    "eurobert-longrope": eurobert(rope_type="longrope", rope_theta=10000.0, original_max_position_embeddings=32,
                                  factor=4.0, short_factor=[1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7],
                                  long_factor=[1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0]),
    "eurobert-llama3": eurobert(rope_type="llama3", rope_theta=500.0, factor=8.0, low_freq_factor=1.0,
                                high_freq_factor=4.0, original_max_position_embeddings=32),
}


def rows_of(name, config, types):
    dice = random.Random("rows:" + name)
    specials = {getattr(config, k, None) for k in ("pad_token_id", "bos_token_id", "eos_token_id")}
    usable = [i for i in range(3, config.vocab_size) if i not in specials]
    rows = []
    for length in LONG.get(name, LENGTHS):
        ids = [dice.choice(usable) for _ in range(length)]
        if length == 9:
            ids[4] = usable[-1]
        row = dict(input_ids=ids)
        if types:
            row["token_type_ids"] = [0] * ((length + 1) // 2) + [1] * (length // 2)
        rows.append(row)
    return rows


def redraw(model, name):
    modules = dict(model.named_modules())
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            seed = zlib.crc32((name + ":" + parameter_name).encode())
            draw = torch.randn(tuple(parameter.shape), generator=torch.Generator().manual_seed(seed))
            if parameter.dim() == 1:
                draw = 1 + draw * 0.3 if parameter_name.endswith("weight") else draw * 0.2
            elif isinstance(modules[parameter_name.rpartition(".")[0]], torch.nn.Embedding):
                draw = draw * (1.0 if "relative" in parameter_name else 0.1)
            else:
                draw = draw * (1.3 / math.sqrt(parameter.shape[-1]))
            if parameter_name.endswith("SelfAttention.q.weight"):
                draw = draw / math.sqrt(model.config.d_kv)  # As T5 begins, which does not scale its scores.
            parameter.copy_(draw)


def plain(x):
    """Shortest decimals that read back as the same float32."""
    if isinstance(x, torch.Tensor):
        x = x.detach().double().numpy()
    if isinstance(x, np.ndarray) and x.ndim:
        return [plain(y) for y in x]
    return float(str(np.float32(x)))


def unit(v):
    return v / v.norm().clamp_min(1e-12)


def compute(model, rows):
    out = dict(last_hidden_state={}, mean_pooled_l2=[], cls_pooled_l2=[], last_pooled_l2=[])
    with torch.no_grad():
        for i, row in enumerate(rows):
            fed = {k: torch.tensor([v]) for k, v in row.items()}
            fed["attention_mask"] = torch.ones_like(fed["input_ids"])
            hidden = model(**fed).last_hidden_state[0]
            if len(hidden) <= MOST and i < 3:
                out["last_hidden_state"][str(i)] = plain(hidden)
            out["mean_pooled_l2"].append(plain(unit(hidden.mean(0))))
            out["cls_pooled_l2"].append(plain(unit(hidden[0])))
            out["last_pooled_l2"].append(plain(unit(hidden[-1])))
    return out


def make(directory, name):
    config, model, values, types, padded = SPECS[name]
    made = getattr(transformers, model)(getattr(transformers, config)(**values)).eval()
    redraw(made, name)
    shutil.rmtree(directory, ignore_errors=True)
    made.save_pretrained(directory)
    loaded = getattr(transformers, model).from_pretrained(directory, attn_implementation="eager").double().eval()
    rows = rows_of(name, loaded.config, types)
    golden = dict(computed_with=dict(transformers=transformers.__version__, torch=torch.__version__,
                                     arithmetic="float64 on float32 weights, eager attention, row by row"),
                  rows=rows, outputs=compute(loaded, rows))
    if types:
        golden["outputs_all_types_0"] = compute(loaded, [dict(input_ids=row["input_ids"]) for row in rows])
    if padded:
        row = dict(rows[2], input_ids=list(rows[2]["input_ids"]))
        row["input_ids"][3] = loaded.config.pad_token_id
        golden["row_with_pad_id"] = dict(row=row, outputs=compute(loaded, [row]))
    with open(os.path.join(directory, "golden.json"), "w") as file:
        json.dump(golden, file)
        file.write("\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for one in sys.argv[2:] or SPECS:
        make(os.path.join(sys.argv[1], one), one)
