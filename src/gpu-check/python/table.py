"""Of all that the steps recorded, result.json and a table to read."""
import json, pathlib, sys

out = pathlib.Path(sys.argv[1])
records = [json.loads(line) for line in (out / "records.jsonl").read_text().splitlines()]
(out / "result.json").write_text(json.dumps(records, indent=1) + "\n")


def number(value):
    return "-" if value is None else f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def section(title):
    print(f"\n{title}\n{'-' * len(title)}")


def plain(record):
    return "  ".join(f"{k} {number(v) if isinstance(v, float) else v}" for k, v in record.items() if k not in ("step", "what", "at", "group", "side"))


section("The machine")
for record in records:
    if record["step"] == "card" or record["what"].startswith("ceiling"):
        print(f"{record['what']}: {plain(record)}")

section("The steps")
for record in records:
    if record["step"] == "steps":
        print(f"{record['what']:14} {record['state']:24} {record['seconds']:>4} s of {record['limit']}")

section("Right or wrong")
checks = [record for record in records if "right" in record]
for path in sorted({c["what"].split()[0] for c in checks if c["step"] == "correctness" and c["what"] != "the JVM ended"}):
    of_path = [c for c in checks if c["step"] == "correctness" and c["what"].startswith(path)]
    for kind in ("query_key_value", "output", "inner", "outer", "attention", "normalize", "encoder"):
        of_kind = [c for c in of_path if c["what"].split()[1] == kind]
        if not of_kind:
            continue
        told = f"{path} {kind}: {sum(c['right'] for c in of_kind)} of {len(of_kind)} right"
        if kind == "encoder":
            cosines = [c for c in of_kind if "least_cosine" in c]
            bits = [c for c in of_kind if "bits of rows" in c["what"]]
            told += f", least cosine {min(c['least_cosine'] or -1 for c in cosines):.6f}, least mean {min(c['mean_cosine'] or -1 for c in cosines):.6f}" if cosines else ""
            told += f", equal bits {sum(c['right'] for c in bits)} of {len(bits)}"
        else:
            told += f", error {max(c['error'] or 1e9 for c in of_kind):.2e} (limit {of_kind[0]['limit']}), worst value {max(c['worst'] or 1e9 for c in of_kind):.2e} (limit {of_kind[0]['worst_limit']:.4f})"
        print(told)
for record in checks:
    if not record["right"]:
        print(f"WRONG: {record['step']}: {record['what']}: {plain(record)}")
    elif record["step"] not in ("correctness",):
        print(f"{record['what']}: nothing found")

speeds = [record for record in records if record.get("group") in ("product", "attention")]
if speeds:
    section("Kernels")
    for record in speeds:
        print(f"{record['what']}: {plain(record)}")

groups = []
for record in records:
    if "side" in record and record["group"] not in groups:
        groups.append(record["group"])
for group in groups:
    section(group)
    print(f"{'':62} {'texts/s':>10} {'tokens/s':>12} {'TFLOP/s':>8} {'of ceiling':>10}")
    of_group = [r for r in records if r.get("group") == group]
    for record in sorted(of_group, key=lambda r: -(r.get("texts_per_s") or 0)):
        if "not_run" in record:
            print(f"{record['side']:62} NOT RUN: {record['not_run']}")
        else:
            print(f"{record['side']:62} {number(record['texts_per_s']):>10} {number(record['tokens_per_s']):>12} {number(record['tflops']):>8} {record['of_ceiling']:>9.1%}")
    best = {who: max((r.get("texts_per_s") or 0 for r in of_group if r["side"].startswith("Heed") == (who == "Heed")), default=0) for who in ("Heed", "others")}
    if all(best.values()):
        print(f"Heed's best is {best['Heed'] / best['others']:.2f} times the best of the others")
