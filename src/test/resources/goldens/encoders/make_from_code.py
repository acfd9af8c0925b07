#!/usr/bin/env python3
"""Makes tiny random checkpoints of encoders that are no part of transformers, and what their own code computes.

  make_from_code.py DIR CODE [NAME ...]   write DIR/NAME/{config.json,model.safetensors,golden.json}

CODE is a folder with the code, which is not here: the classes of the base model, unchanged but for their imports and
for what no row here comes to (training, decoders, caches, masks of padding). SOURCES says where each file is from; it
goes into golden.json. Weights, rows and arithmetic are those of make_encoders.py.
"""
import importlib, json, math, os, shutil, sys, tempfile, zlib
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
    "modeling_lora":
        "LoRAParametrization of jinaai/xlm-roberta-flash-implementation, modeling_lora.py, makes the weights of a task; "
        "transformers' JinaEmbeddingsV3Model computes with them",
    "modeling_nomic_experts":
        "NomicMoELayer and what it needs of github vllm-project/vllm, vllm/model_executor/models/bert_with_rope.py, in "
        "the place of every second mlp of transformers' NomicBertModel; the others are fc2(gelu(fc1(x)))",
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


TASKS = ["retrieval.query", "retrieval.passage", "separation", "classification", "text-matching"]
# name: type of the tensors. As the model was published: all weights have adapters, and its type is XLM-R.
ADAPTED = {"jina-v3-adapters": torch.bfloat16}
FLASH = dict(vocab_size=143, hidden_size=56, num_hidden_layers=2, num_attention_heads=4, intermediate_size=78,
             max_position_embeddings=66, type_vocab_size=1, layer_norm_eps=1e-5, hidden_act="gelu", pad_token_id=1,
             bos_token_id=0, eos_token_id=2, model_type="xlm-roberta", position_embedding_type="rotary",
             rotary_emb_base=20000.0, lora_adaptations=TASKS, lora_rank=4, lora_alpha=1, lora_dropout_p=0.0,
             lora_main_params_trainable=False, load_trained_adapters=True, architectures=["XLMRobertaModel"],
             attention_probs_dropout_prob=0.1, hidden_dropout_prob=0.1, initializer_range=0.02, emb_pooler=None,
             classifier_dropout=None, output_past=True, truncate_dim=None, use_cache=True, use_flash_attn=True,
             use_reentrant=False, torch_dtype="bfloat16", _name_or_path="jinaai/jina-embeddings-v3",
             auto_map={"AutoConfig": "jinaai/xlm-roberta-flash-implementation--"
                                     "configuration_xlm_roberta.XLMRobertaFlashConfig",
                       "AutoModel": "jinaai/xlm-roberta-flash-implementation--modeling_lora.XLMRobertaLoRA"})
make_encoders.LONG.update({name: (1, 9, 17) for name in ADAPTED})

# nomic-embed-text-v2-moe's configuration, smaller.
ROUTED = {"nomic-bert-experts": dict(
    activation_function="gelu", architectures=["NomicBertModel"], attn_pdrop=0.0,
    auto_map={"AutoConfig": "nomic-ai/nomic-bert-2048--configuration_hf_nomic_bert.NomicBertConfig",
              "AutoModel": "nomic-ai/nomic-bert-2048--modeling_hf_nomic_bert.NomicBertModel"},
    bos_token_id=None, causal=False, dense_seq_output=True, embd_pdrop=0.0, eos_token_id=None,
    expert_choice_router=False, ffn_div=1, fused_bias_fc=True, fused_dropout_add_ln=True, initializer_range=0.02,
    layer_norm_epsilon=1e-5, max_trained_positions=2048, mlp_fc1_bias=True, mlp_fc2_bias=True, model_type="nomic_bert",
    moe_every_n_layers=2, moe_impl="megablocks", moe_normalize_expert_weights=False, moe_resid_pdrop=0.0, moe_top_k=2,
    n_embd=56, n_head=4, n_inner=30, n_layer=4, n_positions=64, num_experts=6, num_shared_experts=0, pad_token_id=1,
    pad_vocab_size_multiple=1, parallel_block=False, parallel_block_tied_norm=False, prenorm=False, qkv_proj_bias=True,
    resid_pdrop=0.0, rotary_emb_base=10000, rotary_emb_fraction=1.0, rotary_emb_interleaved=False,
    rotary_emb_scale_base=None, rotary_scaling_factor=None, router_aux_loss_coef=0.1,
    scale_attn_by_inverse_layer_idx=False, scale_attn_weights=True, torch_dtype="float32", type_vocab_size=1,
    use_cache=True, use_flash_attn=True, use_rms_norm=False, use_xentropy=True, vocab_size=143)}


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
    tensors = {prefix + key: value.float().contiguous() for key, value in made.state_dict().items()}
    computed = AsOfTransformers(made.double())
    rows = make_encoders.rows_of(name, config, types)
    golden = dict(computed_with=dict(code=SOURCES[module], torch=torch.__version__,
                                     transformers=transformers.__version__,
                                     arithmetic="float64 on float32 weights, row by row"),
                  rows=rows, outputs=make_encoders.compute(computed, rows))
    if types:
        golden["outputs_all_types_0"] = make_encoders.compute(
            computed, [dict(input_ids=row["input_ids"]) for row in rows])
    written(directory, values, tensors, golden)


def written(directory, values, tensors, golden):
    safetensors.torch.save_file(tensors, os.path.join(directory, "model.safetensors"), metadata=dict(format="pt"))
    for name, content, indent in (("config.json", values, 2), ("golden.json", golden, None)):
        with open(os.path.join(directory, name), "w") as file:
            json.dump(content, file, indent=indent, sort_keys=indent is not None)
            file.write("\n")


def adapter(code, layer, name, dtype):
    """The adapters of a layer's weights, drawn so that they change them by about half their size."""
    embedded = isinstance(layer, torch.nn.Embedding)
    make_one = code.LoRAParametrization.from_embedding if embedded else code.LoRAParametrization.from_linear
    made = make_one(layer, num_adaptations=len(TASKS), rank=4, dropout_p=0.0, alpha=1)
    with torch.no_grad():
        for part in ("lora_A", "lora_B"):
            parameter = getattr(made, part)
            seed = zlib.crc32((name + ":" + part).encode())
            draw = torch.randn(tuple(parameter.shape), generator=torch.Generator().manual_seed(seed))
            size = 0.3 if embedded else 1 if part == "lora_B" else 1.3 / math.sqrt(parameter.shape[-1])
            parameter.copy_((draw * size).to(dtype))
    return made.double()


def make_adapted(directory, name):
    dtype = ADAPTED[name]
    code = importlib.import_module("modeling_lora")
    config = transformers.JinaEmbeddingsV3Config(
        rope_parameters=dict(rope_type="default", rope_theta=FLASH["rotary_emb_base"]),
        **{key: FLASH[key] for key in ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads",
                                       "intermediate_size", "max_position_embeddings", "type_vocab_size",
                                       "layer_norm_eps", "hidden_act", "pad_token_id", "bos_token_id",
                                       "eos_token_id")})
    made = transformers.JinaEmbeddingsV3Model(config).eval()
    make_encoders.redraw(made, name)
    with tempfile.TemporaryDirectory() as scratch:
        made.save_pretrained(scratch)
        published = safetensors.torch.load_file(os.path.join(scratch, "model.safetensors"))
        published = {key: value.to(dtype) for key, value in published.items()}
        tensors, adapters = {}, {}
        for key, value in published.items():
            if value.dim() != 2:
                tensors["roberta." + key] = value
                continue
            stem = "roberta." + key[:-len("weight")] + "parametrizations.weight."
            rows, columns = value.shape
            embedded = key.endswith("_embeddings.weight")
            layer = torch.nn.Embedding(rows, columns) if embedded else torch.nn.Linear(columns, rows)
            adapters[key] = adapter(code, layer, name + ":" + key, dtype)
            tensors[stem + "original"] = value
            for part in ("lora_A", "lora_B"):
                tensors[stem + "0." + part] = getattr(adapters[key], part).detach().to(dtype)

        def computed(task):
            merged = {}
            with torch.no_grad():
                for key, value in published.items():
                    value = value.double()
                    adapted = task is not None and key in adapters
                    merged[key] = adapters[key].lora_forward(value, TASKS.index(task)) if adapted else value
            safetensors.torch.save_file(merged, os.path.join(scratch, "model.safetensors"),
                                        metadata=dict(format="pt"))
            loaded = transformers.JinaEmbeddingsV3Model.from_pretrained(
                scratch, attn_implementation="eager", dtype=torch.float64).eval()
            return make_encoders.compute(loaded, rows)

        rows = make_encoders.rows_of(name, config, False)
        golden = dict(computed_with=dict(code=SOURCES["modeling_lora"], torch=torch.__version__,
                                         transformers=transformers.__version__,
                                         arithmetic="float64 on bfloat16 weights, eager attention, row by row"),
                      rows=rows, outputs=computed(None), outputs_of_tasks={task: computed(task) for task in TASKS})
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    values = dict(FLASH, task_instructions={task: "" for task in TASKS})
    written(directory, values, tensors, golden)


class WithoutLength(torch.nn.Module):
    """A layer for tokens, called with one row of them."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, row):
        return self.layer(row[0])[None]


class Biased(torch.nn.Module):
    """fc2(gelu(fc1(x)))."""

    def __init__(self, width, inner):
        super().__init__()
        self.fc1, self.fc2 = torch.nn.Linear(width, inner), torch.nn.Linear(inner, width)

    def forward(self, x):
        return self.fc2(torch.nn.functional.gelu(self.fc1(x)))


def published_name(key):
    """What Nomic's code calls a parameter of transformers' model, all but queries, keys and values."""
    for old, new in (("embeddings.LayerNorm", "emb_ln"), ("layers.", "encoder.layers."),
                     ("self_attn.o_proj", "attn.out_proj"), ("post_attention_layernorm", "norm1"),
                     ("post_mlp_layernorm", "norm2"), ("mlp.layer.", "mlp.")):
        key = key.replace(old, new) if not (old == "layers." and key.startswith("encoder.")) else key
    return key


def make_routed(directory, name):
    values = ROUTED[name]
    code = importlib.import_module("modeling_nomic_experts")
    config = transformers.NomicBertConfig(
        vocab_size=values["vocab_size"], hidden_size=values["n_embd"], num_hidden_layers=values["n_layer"],
        num_attention_heads=values["n_head"], intermediate_size=values["n_inner"],
        max_position_embeddings=values["n_positions"], type_vocab_size=values["type_vocab_size"],
        layer_norm_eps=values["layer_norm_epsilon"], pad_token_id=values["pad_token_id"], attn_implementation="eager",
        rope_parameters=dict(rope_type="default", rope_theta=float(values["rotary_emb_base"])))
    made = transformers.NomicBertModel(config).eval()
    for number, layer in enumerate(made.layers):
        for part in ("q_proj", "k_proj", "v_proj", "o_proj"):
            setattr(layer.self_attn, part, torch.nn.Linear(values["n_embd"], values["n_embd"]))
        routed = number % values["moe_every_n_layers"] == 1
        layer.mlp = (WithoutLength(code.NomicMoELayer(SimpleNamespace(hidden_act="gelu", **values))) if routed
                     else Biased(values["n_embd"], values["n_inner"]))
    make_encoders.redraw(made, name)
    state, tensors = made.state_dict(), {}
    for key, value in state.items():
        if "q_proj" in key:
            parts = [state[key.replace("q_proj", part)] for part in ("q_proj", "k_proj", "v_proj")]
            tensors[published_name(key.replace("self_attn.q_proj", "attn.Wqkv"))] = torch.cat(parts)
        elif "k_proj" not in key and "v_proj" not in key and "pooler" not in key:
            tensors[published_name(key)] = value.float().contiguous()
    rows = make_encoders.rows_of(name, config, False)
    golden = dict(computed_with=dict(code=SOURCES["modeling_nomic_experts"], torch=torch.__version__,
                                     transformers=transformers.__version__,
                                     arithmetic="float64 on float32 weights, eager attention, row by row"),
                  rows=rows, outputs=make_encoders.compute(made.double(), rows))
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    written(directory, values, tensors, golden)


if __name__ == "__main__":
    torch.set_num_threads(1)
    sys.path.insert(0, sys.argv[2])
    for one in sys.argv[3:] or [*SPECS, *ADAPTED, *ROUTED]:
        maker = make_adapted if one in ADAPTED else make_routed if one in ROUTED else make
        maker(os.path.join(sys.argv[1], one), one)
