#!/usr/bin/env python3
"""Makes tiny random checkpoints of encoders that are no part of transformers, and what their own code computes.

  make_from_code.py DIR CODE [NAME ...]   write DIR/NAME/{config.json,model.safetensors,golden.json}

CODE is a folder with the code, which is not here: the classes of the base model, unchanged but for their imports and
for what no row here comes to (training, decoders, caches, masks of padding). SOURCES says where each file is from; it
goes into golden.json. Weights, rows and arithmetic are those of make_encoders.py.
"""
import importlib, json, os, shutil, sys
from types import SimpleNamespace

import safetensors.torch
import torch
import transformers

import make_encoders

SOURCES = {
    "modeling_jina_bert":
        "github huggingface/transformers ddbac918c333836f5ff42fe32427ef6d97c1000f, "
        "src/transformers/models/jina_bert/modeling_jina_bert.py, made of jinaai/jina-bert-v2-qk-post-norm",
    "modeling_jina_bert_plain":
        "JinaBertSelfAttention and JinaBertLayer of jinaai/jina-bert-implementation as public ports of them keep them; "
        "the gated layer is MosaicML's BertGatedLinearUnitMLP, which that code has, with GELU or ReLU; the rest as in "
        "modeling_jina_bert",
}
BERT = dict(vocab_size=131, hidden_size=60, num_hidden_layers=2, num_attention_heads=12, intermediate_size=77,
            max_position_embeddings=64, type_vocab_size=2, layer_norm_eps=1e-12, hidden_act="gelu",
            position_embedding_type="alibi", feed_forward_type="geglu", pad_token_id=0, model_type="bert",
            attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.1, initializer_range=0.02, emb_pooler="mean",
            attn_implementation=None, classifier_dropout=None, gradient_checkpointing=False, use_cache=True,
            model_max_length=8192, torch_dtype="float32", architectures=["JinaBertForMaskedLM"])


def jina_bert(code, **values):
    module = {"jina-bert-implementation": "modeling_jina_bert_plain",
              "jina-bert-v2-qk-post-norm": "modeling_jina_bert"}[code]
    names = {"AutoConfig": "configuration_bert.JinaBertConfig", "AutoModel": "modeling_bert.JinaBertModel",
             "AutoModelForMaskedLM": "modeling_bert.JinaBertForMaskedLM"}
    auto_map = {key: "jinaai/%s--%s" % (code, name) for key, name in names.items()}
    return module, "JinaBertModel", dict(BERT, _name_or_path="jinaai/" + code, auto_map=auto_map, **values)


# name: (module, class, configuration), prefix of the tensors, with token types
SPECS = {
    "jina-bert": (jina_bert("jina-bert-implementation"), "", True),
    "jina-bert-reglu": (jina_bert("jina-bert-implementation", feed_forward_type="reglu", hidden_size=64,
                                  num_attention_heads=8, max_position_embeddings=320), "bert.", False),
    "jina-bert-original": (jina_bert("jina-bert-implementation", feed_forward_type="original", hidden_act="gelu_new",
                                     num_attention_heads=3), "", False),
    "jina-bert-code": (jina_bert("jina-bert-v2-qk-post-norm"), "", True),
    "jina-bert-code-reglu": (jina_bert("jina-bert-v2-qk-post-norm", feed_forward_type="reglu", hidden_size=96,
                                       num_attention_heads=4, max_position_embeddings=320), "bert.", False),
    "jina-bert-code-original": (jina_bert("jina-bert-v2-qk-post-norm", feed_forward_type="original", hidden_act="relu",
                                          num_attention_heads=6), "", False),
}
# Rows that do not fit into what passes through a layer together.
make_encoders.LONG.update({"jina-bert-reglu": (1, 9, 40, 300), "jina-bert-code-reglu": (1, 9, 40, 300)})


class AsOfTransformers:
    """A model of one's own, called as make_encoders calls those of transformers."""

    def __init__(self, model):
        self.model = model

    def __call__(self, attention_mask, **row):
        return SimpleNamespace(last_hidden_state=self.model(**row))


def make(directory, name):
    (module, model, values), prefix, types = SPECS[name]
    config = SimpleNamespace(is_decoder=False, bos_token_id=None, eos_token_id=None, **values)
    made = getattr(importlib.import_module(module), model)(config).eval()
    make_encoders.redraw(made, name)
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    tensors = {prefix + key: value.contiguous() for key, value in made.state_dict().items()}
    safetensors.torch.save_file(tensors, os.path.join(directory, "model.safetensors"), metadata=dict(format="pt"))
    with open(os.path.join(directory, "config.json"), "w") as file:
        json.dump(values, file, indent=2, sort_keys=True)
        file.write("\n")
    computed = AsOfTransformers(made.double())
    rows = make_encoders.rows_of(name, config, types)
    golden = dict(computed_with=dict(code=SOURCES[module], torch=torch.__version__,
                                     transformers=transformers.__version__,
                                     arithmetic="float64 on float32 weights, row by row"),
                  rows=rows, outputs=make_encoders.compute(computed, rows))
    if types:
        golden["outputs_all_types_0"] = make_encoders.compute(
            computed, [dict(input_ids=row["input_ids"]) for row in rows])
    with open(os.path.join(directory, "golden.json"), "w") as file:
        json.dump(golden, file)
        file.write("\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    sys.path.insert(0, sys.argv[2])
    for one in sys.argv[3:] or SPECS:
        make(os.path.join(sys.argv[1], one), one)
