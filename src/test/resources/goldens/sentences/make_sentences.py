#!/usr/bin/env python3
"""Makes tiny random folders of sentence-transformers and model2vec, and what these libraries compute from them.

  make_sentences.py DIR [NAME ...]   write DIR/NAME/{modules.json,...,golden.json}

Every folder is written by a library's own save and every vector is what its own encode returns for whole texts, so the
tokenizer belongs to what is tested. A folder belongs to one release; the script makes those of the release that it
imports, leaves out the others, and release 6 reads the older folders again and refuses any that it answers otherwise:

  sentence-transformers 6.0.1             all folders but the following
  sentence-transformers 5.1.2 (its tag)   st-multi-pooling, st-router-v5
  sentence-transformers 4.1.0 (its tag)   st-asym
  model2vec 0.8.2 (commit c901407)        model2vec, model2vec-half, model2vec-mapped, model2vec-int8, with release 6

so run it with 4.1.0, with 5.1.2, then with 6.0.1 and model2vec, each time with the same DIR. Versions beside them:
transformers 5.18.0, tokenizers 0.23.2, torch 2.13.0 (CPU), safetensors 0.8.0, numpy 2.4.6, scikit-learn 1.9.1 (clusters
of model2vec's vocabularies), Python 3.11. The older releases ask for transformers 4, but run with 5.18.0 as they are.

All weights are drawn anew from generators seeded by the folder's name and the parameter's, so no licence of anybody's
applies. sentence-transformers computes in float64 on the float32 weights, eager attention, text by text without
padding; model2vec computes as it does, in numpy, in its embeddings' own type. Numbers are the shortest decimals of
float32 values.

golden.json: texts; prompt (put before each of them) and task where there are; rows, the ids that the library made of
them; outputs.sentence_embedding; versions; notes. golden.NAME.json is the same of another call, as its notes say.
"""
import json, math, os, shutil, sys, tempfile, zlib

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import sentence_transformers
import tokenizers
import torch
import transformers
from sentence_transformers import SentenceTransformer
from transformers.utils.logging import disable_progress_bar

disable_progress_bar()
MAJOR = int(sentence_transformers.__version__.split(".")[0])
if MAJOR >= 6:
    from sentence_transformers.base.modules import Dense, Normalize, Router, Transformer
    from sentence_transformers.sentence_transformer.modules import (LayerNorm, Pooling, StaticEmbedding,
                                                                    WeightedLayerPooling)
else:
    from sentence_transformers.models import Asym, Dense, Normalize, Pooling, StaticEmbedding, Transformer
    if MAJOR == 5:
        from sentence_transformers.models import Router

WIDTH, MOST = 16, 16  # dimensions of the encoder, tokens of a text
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LETTERS = [chr(c) for c in range(ord("a"), ord("z") + 1)]
WORDS = """the cat dog sat on mat runs fast in house river bank money blue red green small big and or not is was to of
for with query search document news city rain snow sun moon star tree leaf what where how who he she it we
they ##ing ##ed ##er ##est ##ly ##ra ##br ##il ##on""".split()
VOCABULARY = SPECIALS + LETTERS + ["##" + c for c in LETTERS] + list(".,?!:-'0123456789") + WORDS
assert len(set(VOCABULARY)) == len(VOCABULARY)

TEXTS = ["cat", "the small cat sat on the mat.", "Is the river big, or SMALL?", "zebras quilted 日本 in the snow",
         "search: news of rain!",
         "the dog runs fast in the green house and the cat sat on the mat with money for the moon"]
EMPTY = ["", "日本 語"]
PROMPTS = {"query": "search query: ", "document": ""}


def tokenizer(truncated=None):
    """A tokenizer of words and their pieces, as BERT's."""
    ids = {t: i for i, t in enumerate(VOCABULARY)}
    made = tokenizers.Tokenizer(tokenizers.models.WordPiece(ids, unk_token="[UNK]"))
    made.add_special_tokens(SPECIALS)
    made.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    made.decoder = tokenizers.decoders.WordPiece()
    made.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    if truncated:
        made.enable_truncation(truncated)
    return made


def redraw(module, name):
    modules = dict(module.named_modules())
    with torch.no_grad():
        for parameter_name, parameter in module.named_parameters():
            seed = zlib.crc32((name + ":" + parameter_name).encode())
            draw = torch.randn(tuple(parameter.shape), generator=torch.Generator().manual_seed(seed))
            if parameter.dim() == 1:
                draw = 1 + draw * 0.3 if parameter_name.endswith(("weight", "weights")) else draw * 0.2
            elif isinstance(modules[parameter_name.rpartition(".")[0]], (torch.nn.Embedding, torch.nn.EmbeddingBag)):
                draw = draw * 0.3
            else:
                draw = draw * (1.3 / math.sqrt(parameter.shape[-1]))
            parameter.copy_(draw)
    return module


def bert(name, layers=2, **more):
    config = transformers.BertConfig(vocab_size=len(VOCABULARY), hidden_size=WIDTH, num_hidden_layers=layers,
                                     num_attention_heads=2, intermediate_size=24, max_position_embeddings=40, **more)
    with tempfile.TemporaryDirectory() as directory:
        redraw(transformers.BertModel(config).eval(), name).save_pretrained(directory)
        transformers.BertTokenizerFast(tokenizer_object=tokenizer(), model_max_length=MOST).save_pretrained(directory)
        return Transformer(directory, max_seq_length=MOST)


def static(name, width=WIDTH, truncated=None):
    return redraw(StaticEmbedding(tokenizer(truncated), embedding_dim=width), name)


def dense(name, width, activation, **more):
    return redraw(Dense(WIDTH, width, activation_function=activation, **more), name)


def save(directory, modules, **more):
    shutil.rmtree(directory, ignore_errors=True)
    SentenceTransformer(modules=modules, device="cpu", **more).save(directory, create_model_card=False)


def load(directory):
    more = dict(model_kwargs=dict(attn_implementation="eager")) if os.path.exists(directory + "/config.json") else {}
    return SentenceTransformer(directory, device="cpu", local_files_only=True, **more).double().eval()


def plain(x):
    """Shortest decimals that read back as the same float32."""
    if isinstance(x, (np.ndarray, list)) and np.ndim(x):
        return [plain(y) for y in x]
    assert math.isfinite(x), x
    return float(str(np.float32(x)))


def versions(**more):
    return dict(sentence_transformers=sentence_transformers.__version__, transformers=transformers.__version__,
                tokenizers=tokenizers.__version__, torch=torch.__version__, numpy=np.__version__, **more)


def rows_of(model, texts, prompt=None, task=None):
    rows = []
    for text in texts:
        if MAJOR >= 6:
            made = model.preprocess([text], prompt=prompt, **({"task": task} if task else {}))
        elif MAJOR == 5:
            made = model.tokenize([(prompt or "") + text], **({"task": task} if task else {}))
        else:
            made = model.tokenize([text])
        row = dict(input_ids=made["input_ids"].reshape(-1).tolist())
        if "prompt_length" in made:
            row["prompt_length"] = made["prompt_length"]
        rows.append(row)
    return rows


def write(directory, golden, kind=None):
    with open(os.path.join(directory, "golden" + ("." + kind if kind else "") + ".json"), "w") as file:
        json.dump(golden, file, ensure_ascii=False)
        file.write("\n")


def answer(directory, model, kind=None, notes="", texts=TEXTS, prompt_name=None, task=None, call=None, **more):
    """Writes what encode, or encode_query or encode_document, returns."""
    method = getattr(model, call or "encode")
    arguments = dict(prompt_name=prompt_name, batch_size=1, **more)
    if task and not call:
        arguments["task"] = task
    prompt = model.prompts.get(prompt_name or model.default_prompt_name)
    task = {"encode_query": "query", "encode_document": "document"}.get(call, task)
    if call and prompt_name is None:  # what these calls choose by themselves
        prompt = next((model.prompts[n] for n in dict(query=["query"], document=["document", "passage", "corpus"])[task]
                       if n in model.prompts), None)
    golden = dict(texts=texts)
    if prompt:
        golden["prompt"] = prompt
    if task:
        golden["task"] = task
    golden["rows"] = rows_of(model, texts, prompt, task)
    golden["outputs"] = dict(sentence_embedding=plain(method(texts, **arguments)))
    golden["versions"] = versions()
    golden["notes"] = ((call or "encode") + ("(prompt_name=%r)" % prompt_name if prompt_name else
                                             "(task=%r)" % task if task and not call else "") + ". " + notes).strip()
    write(directory, golden, kind)
    return golden


def refused(directory, model, kind, notes, **arguments):
    try:
        model.encode(TEXTS[:1], **arguments)
    except ValueError as e:
        write(directory, dict(texts=TEXTS[:1], error=str(e), versions=versions(), notes=notes), kind)
    else:
        raise AssertionError(directory + " is not refused")


# ---- sentence-transformers 6

def st_multi_pooling_v6(directory, name):
    save(directory, [bert(name), Pooling(WIDTH, pooling_mode=("lasttoken", "mean", "cls"))])
    answer(directory, load(directory), notes="Three modes in the order of the list, which is not that of the flags.")


def st_weighted(directory, name):
    save(directory, [bert(name), Pooling(WIDTH, pooling_mode="weightedmean"), Normalize()])
    answer(directory, load(directory))


def st_sqrt(directory, name):
    save(directory, [bert(name), Pooling(WIDTH, pooling_mode="mean_sqrt_len_tokens")])
    answer(directory, load(directory))


def st_no_prompt(directory, name):
    save(directory, [bert(name), Pooling(WIDTH, pooling_mode="mean", include_prompt=False)], prompts=PROMPTS)
    model = load(directory)
    answer(directory, model, prompt_name="query",
           notes="The prompt's tokens, [CLS] among them, are attended to and not pooled: prompt_length of them.")
    answer(directory, model, "document", prompt_name="document",
           notes="An empty prompt excludes nothing, not even [CLS]: prompt_length is not there.")
    model.prompts["long"] = "the cat sat on the mat and the dog runs fast in the green house of "
    answer(directory, model, "long", prompt_name="long",
           notes="A prompt not in the folder, longer than a text may be: nothing is left to pool but the last [SEP].")
    for mode in Pooling.POOLING_MODES:
        model[1].pooling_mode = mode
        answer(directory, model, mode, prompt_name="query",
               notes="As golden.json, had 1_Pooling/config.json the mode %s; release 5 took [CLS] for cls." % mode
               if mode == "cls" else "As golden.json, had 1_Pooling/config.json the mode %s." % mode)


def st_prompts(directory, name):
    prompts = {"query": "query: ", "passage": "news: "}
    save(directory, [bert(name), Pooling(WIDTH)], prompts=prompts, default_prompt_name="passage")
    model = load(directory)
    answer(directory, model, notes="default_prompt_name's prompt.")
    answer(directory, model, "query", call="encode_query")
    answer(directory, model, "document", call="encode_document",
           notes="No prompt, not even the default one: prompts always has a document, if an empty one, before passage.")


def st_residual(directory, name, width=WIDTH):
    save(directory, [bert(name), Pooling(WIDTH), dense(name + ":dense", width, torch.nn.Tanh(), use_residual=True)])
    answer(directory, load(directory), notes="The residual is added after the activation.")


def st_residual_wide(directory, name):
    st_residual(directory, name, 12)


def st_layer_norm(directory, name):
    save(directory, [bert(name), Pooling(WIDTH), redraw(LayerNorm(WIDTH), name + ":norm"), Normalize()])
    answer(directory, load(directory), notes="torch's LayerNorm: eps 1e-5.")


def st_layers(directory, name):
    weighted = redraw(WeightedLayerPooling(WIDTH, num_hidden_layers=3, layer_start=1), name + ":layers")
    save(directory, [bert(name, layers=3, output_hidden_states=True), weighted, Pooling(WIDTH)])
    answer(directory, load(directory), notes="config.json's output_hidden_states lets layers be weighed.")
    # The same without that key: WeightedLayerPooling then does nothing and says nothing.
    model = load(directory)
    model[0].model.config.output_hidden_states = False
    answer(directory, model, "last", notes="As if config.json had no output_hidden_states: the last layer, unweighed.")


def st_router(directory, name):
    router = Router.for_query_document([static(name + ":query")], [bert(name), Pooling(WIDTH)])
    save(directory, [router, Normalize()], prompts={"query": "query: ", "document": "document: "})
    model = load(directory)
    answer(directory, model, notes="No task and no prompt: default_route, the document's.")
    answer(directory, model, "query", call="encode_query")
    answer(directory, model, "document", call="encode_document")
    refused(directory, model, "other", "A task without a route is refused, default_route or not.", task="other")


def st_router_mapped(directory, name):
    router = Router(dict(fast=[static(name + ":fast")], slow=[bert(name), Pooling(WIDTH)]),
                    route_mappings={("query", "text"): "fast", (None, "text"): "slow"}, allow_empty_key=False)
    save(directory, [router, Normalize()])
    model = load(directory)
    answer(directory, model, notes="No task, modality text: the route of (None, 'text').")
    answer(directory, model, "query", call="encode_query", notes="The route of ('query', 'text').")
    answer(directory, model, "document", call="encode_document", notes="The route of (None, 'text').")
    answer(directory, model, "fast", task="fast",
           notes="The route of (None, 'text') although a route has the task's name: mappings are asked first.")


def st_router_dense(directory, name):
    second = redraw(Dense(20, 12, bias=False, activation_function=torch.nn.GELU()), name + ":second")
    router = Router(dict(query=[dense(name + ":query", 12, torch.nn.Tanh())],
                         document=[dense(name + ":first", 20, None), second]))
    save(directory, [bert(name), Pooling(WIDTH), router, Normalize()])
    model = load(directory)
    answer(directory, model, notes="No task: allow_empty_key made the first route, the query's, the default_route.")
    answer(directory, model, "query", call="encode_query")
    answer(directory, model, "document", call="encode_document")


def st_static(directory, name):
    save(directory, [static(name)])
    answer(directory, load(directory), texts=TEXTS + EMPTY,
           notes="No special tokens, no limit of length; [UNK] counts as any token; an empty text is zeros.")


def st_static_normalized(directory, name):
    save(directory, [static(name, 24, truncated=12), Normalize()], truncate_dim=10)
    model = load(directory)
    answer(directory, model, texts=TEXTS + EMPTY,
           notes="tokenizer.json's truncation applies; cut to truncate_dim after Normalize, not normalised again.")
    answer(directory, model, "whole", texts=TEXTS + EMPTY, truncate_dim=24, notes="With truncate_dim=24 given.")


def st_truncated(directory, name):
    save(directory, [bert(name), Pooling(WIDTH), Normalize()], truncate_dim=8)
    model = load(directory)
    golden = answer(directory, model, notes="outputs.renormalized is of encode(normalize_embeddings=True).")
    golden["outputs"]["renormalized"] = plain(model.encode(TEXTS, batch_size=1, normalize_embeddings=True))
    write(directory, golden)


# ---- sentence-transformers 5 and 4

def st_multi_pooling(directory, name):
    modes = ("cls_token", "max_tokens", "mean_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken")
    save(directory, [bert(name), Pooling(WIDTH, **{"pooling_mode_" + mode: True for mode in modes})])
    answer(directory, load(directory), notes="In the order %s." % ", ".join(modes))


def st_router_v5(directory, name):
    router = Router(dict(query=[static(name + ":query")], document=[bert(name), Pooling(WIDTH)]), allow_empty_key=False)
    save(directory, [router, Normalize()])
    model = load(directory)
    answer(directory, model, "query", call="encode_query")
    answer(directory, model, "document", call="encode_document")
    refused(directory, model, None, "No task, no default_route, allow_empty_key false.")


def st_asym(directory, name):
    routes = dict(query=[dense(name + ":query", 12, torch.nn.Tanh())],
                  doc=[dense(name + ":doc", 12, torch.nn.Identity())])
    save(directory, [bert(name), Pooling(WIDTH), Asym(routes), Normalize()])
    # Folders are named by the address of the object in memory: make that the same every time.
    path = os.path.join(directory, "2_Asym")
    with open(path + "/config.json") as file:
        text = file.read()
    for i, names in enumerate(json.loads(text)["structure"].values()):
        renamed = "14000000000000%d_Dense" % i
        os.rename(os.path.join(path, names[0]), os.path.join(path, renamed))
        text = text.replace(names[0], renamed)
    with open(path + "/config.json", "w") as file:
        file.write(text)
    model = load(directory)
    for task in routes:
        vectors = model.encode([{task: text} for text in TEXTS], batch_size=1)
        golden = dict(texts=TEXTS, task=task, rows=rows_of(model, TEXTS))
        golden.update(outputs=dict(sentence_embedding=plain(vectors)), versions=versions())
        write(directory, dict(golden, notes="encode([{%r: text}])." % task), task)
    golden = dict(texts=TEXTS, rows=rows_of(model, TEXTS))
    golden.update(outputs=dict(sentence_embedding=plain(model.encode(TEXTS, batch_size=1))), versions=versions())
    notes = "Texts without a key: release 4 skips the module. Later ones take the first route."
    write(directory, dict(golden, notes=notes), "skipped")


# ---- model2vec

LONG = ["a b " * 300, "document " * 200, "😀 " * 40 + "document " * 200, "a 日 " * 400]
LONG_NOTES = (" The last four texts are beyond 512 tokens or beyond 512 times the median length of a token: first"
              " characters are cut (as Python counts them), then [UNK] leaves, then tokens are cut.")


def encode(model, texts):
    return np.stack([model.encode([text])[0] for text in texts])


def model2vec_answer(directory, kind=None, notes="", also_float32=False, **arguments):
    import model2vec
    model = model2vec.StaticModel.from_pretrained(directory, **arguments)
    texts = TEXTS + EMPTY + LONG
    golden = dict(texts=texts, rows=[dict(input_ids=ids) for ids in model.tokenize(texts, max_length=512)],
                  outputs=dict(sentence_embedding=plain(encode(model, texts))))
    if also_float32:
        wide = model2vec.StaticModel.from_pretrained(directory, quantize_to="float32", **arguments)
        golden["outputs"]["in_float32"] = plain(encode(wide, texts))
    golden["median_token_length"] = model.median_token_length
    golden["versions"] = versions(model2vec=model2vec.__version__)
    golden["notes"] = (notes + " rows are without [UNK]." + LONG_NOTES).strip()
    write(directory, golden, kind)


def model2vec_save(directory, name, dtype=np.float32, normalize=True, **quantized):
    import model2vec
    draw = np.random.default_rng(zlib.crc32(name.encode())).standard_normal((len(VOCABULARY), 24))
    config = dict(model_type="model2vec", architectures=["StaticModel"], tokenizer_name="random", apply_pca=24,
                  sif_coefficient=1e-4, hidden_dim=24, seq_length=1000000, normalize=normalize, pooling="mean")
    shutil.rmtree(directory, ignore_errors=True)
    model = model2vec.StaticModel((draw * 0.3).astype(dtype), tokenizer(), config=config)
    model.save_pretrained(directory)
    if quantized:
        model2vec.StaticModel.from_pretrained(directory, **quantized).save_pretrained(directory)
    os.remove(directory + "/README.md")


def model2vec_plain(directory, name):
    model2vec_save(directory, name)
    model2vec_answer(directory)
    answer(directory, load(directory), "sentence-transformers", texts=TEXTS + EMPTY + LONG,
           notes="The same folder by sentence-transformers, which leaves [UNK] in and cuts nothing.")


def model2vec_half(directory, name):
    model2vec_save(directory, name, np.float16)
    model2vec_answer(directory, also_float32=True,
                     notes="F16 embeddings: mean and norm are rounded to F16. outputs.in_float32 is of"
                           " quantize_to='float32'.")


def model2vec_mapped(directory, name):
    model2vec_save(directory, name, vocabulary_quantization=40)
    model2vec_answer(directory)


def model2vec_int8(directory, name):
    model2vec_save(directory, name, normalize=False, vocabulary_quantization=40, quantize_to="int8")
    model2vec_answer(directory, notes="I8 embeddings are taken as whole numbers, without a scale; not normalised.")


RELEASES = {4: [st_asym], 5: [st_multi_pooling, st_router_v5],
            6: [st_multi_pooling_v6, st_weighted, st_sqrt, st_no_prompt, st_prompts, st_residual, st_residual_wide,
                st_layer_norm, st_layers, st_router, st_router_mapped, st_router_dense, st_static, st_static_normalized,
                st_truncated, model2vec_plain, model2vec_half, model2vec_mapped, model2vec_int8]}


def check(directory):
    """Lets release 6 answer what an older one did."""
    model = load(directory)
    for file in sorted(f for f in os.listdir(directory) if f.startswith("golden")):
        with open(os.path.join(directory, file)) as opened:
            golden = json.load(opened)
        given = dict(task=golden["task"]) if "task" in golden else {}
        if file == "golden.skipped.json":
            answer(directory, model, notes="By release 6: texts without a task take the first route.")
        elif "error" in golden:
            try:
                model.encode(golden["texts"], **given)
            except ValueError:
                continue
            raise AssertionError(directory + " is not refused by release 6")
        else:
            wanted = np.array(golden["outputs"]["sentence_embedding"])
            difference = np.abs(model.encode(golden["texts"], batch_size=1, **given) - wanted).max()
            print("  ", file, "release 6 differs by", difference)
            assert difference < 1e-6 and golden["rows"] == rows_of(model, golden["texts"], None, golden.get("task"))


def main(directory, names):
    for release, makers in RELEASES.items():
        for made_by in makers:
            name = made_by.__name__.replace("_plain", "").replace("_", "-")
            path = os.path.join(directory, name)
            if names and name not in names:
                continue
            if release == MAJOR:
                print(name)
                made_by(path, name)
            elif MAJOR == 6 and os.path.isdir(path):
                print(name, "again")
                check(path)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
