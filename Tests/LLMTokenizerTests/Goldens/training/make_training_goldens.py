"""Makes the goldens of tokenizer training: what the `tokenizers` library learns from small generated corpora.

Run: python make_training_goldens.py   (tokenizers 0.23.3). Everything is seeded. `corpora.json` holds the texts,
`trained.json` what the library makes of them: every case is trained in three processes and only written when all agree.
"""

import json
import multiprocessing
import os
import random

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

HERE = os.path.dirname(os.path.abspath(__file__))
SYLLABLES = ["ka", "to", "ren", "mi", "sol", "ba", "ter", "in", "on", "ing", "er", "est", "un", "re", "ly", "tion", "a", "o"]


def words_corpus():
    rng = random.Random(20261123)
    lexicon = ["".join(rng.choice(SYLLABLES) for _ in range(rng.randint(1, 4))) for _ in range(900)]
    weights = [1 / (rank + 1) for rank in range(len(lexicon))]
    texts = []
    for _ in range(260):
        sentence = rng.choices(lexicon, weights, k=rng.randint(4, 14))
        for index in range(len(sentence)):
            if rng.random() < 0.05:
                sentence[index] = sentence[index].capitalize()
            if rng.random() < 0.04:
                sentence[index] = str(rng.randint(0, 2030))
            if rng.random() < 0.03:
                sentence[index] += rng.choice(["'s", "'ll", "-", "...", "!?", "  "])
        texts.append(" ".join(sentence) + rng.choice([".", "?", "!", "\n", ""]))
    return texts


def scripts_corpus():
    rng = random.Random(7)
    alphabets = ["абвгдежзиклмнопрст", "αβγδεζηθικλμ", "日本語文字化東京都市", "ÀÉÎõüñçß", "😀🎉👩‍🔬🇩🇪", "ก็ดีครับผม"]
    texts = []
    for _ in range(160):
        parts = []
        for _ in range(rng.randint(2, 8)):
            alphabet = rng.choice(alphabets)
            parts.append("".join(rng.choice(alphabet[: rng.randint(3, len(alphabet))]) for _ in range(rng.randint(1, 7))))
        texts.append(rng.choice([" ", " ", "\t", "\u00a0", "\u3000"]).join(parts))
    return texts


def ties_corpus():
    """Few letters: nothing but ties, runs of one letter, and merges that spell the same token in two ways."""
    rng = random.Random(3)
    texts = []
    for _ in range(220):
        texts.append(" ".join("".join(rng.choice("aab") for _ in range(rng.randint(1, 11))) for _ in range(rng.randint(1, 6))))
    texts += ["aaaaaaaaaaaaaaaaa", "abababababab aaabaaabaaab", "bbbbbbbbbb aaaa"]
    return texts


CORPORA = {"words": words_corpus(), "scripts": scripts_corpus(), "ties": ties_corpus()}
PROBES = [
    "Katomi unrest, 1999: soltion's  reing!\n", "новый αβγ 日本語 ÀÉ 👩‍🔬", "aaaaabbbabababaaaab", "", " ", "zzz ### <s>",
    "Unteringly re-tokaren...", "\u00a0ก็ดี\t\r\n x",
]


def build(case):
    kind = case["kind"]
    specials = case.get("special", [])
    common = dict(vocab_size=case["size"], special_tokens=specials, show_progress=False)
    frequency = case.get("frequency", 0)
    if kind == "byte-level":
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        if "pattern" in case:
            tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
                [pre_tokenizers.Split(Regex(case["pattern"]), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
        tokenizer.decoder = decoders.ByteLevel()
        alphabet = pre_tokenizers.ByteLevel.alphabet() if case.get("bytes", True) else []
        trainer = trainers.BpeTrainer(min_frequency=frequency, initial_alphabet=alphabet, max_token_length=case.get("longest"), **common)
    elif kind == "sentencepiece":
        # Byte tokens follow the special ones, as special tokens of the trainer; they are no added tokens afterwards.
        tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
        tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
        common["special_tokens"] = specials + [f"<0x{byte:02X}>" for byte in range(256)]
        trainer = trainers.BpeTrainer(min_frequency=frequency, **common)
    elif kind == "wordpiece":
        # The library numbers `##x` in the order of a randomly seeded hash table; as special tokens they have an order.
        tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        tokenizer.decoder = decoders.WordPiece()
        trainer = trainers.WordPieceTrainer(min_frequency=frequency, **common)
    elif kind == "suffix":
        tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
        tokenizer.normalizer = normalizers.Lowercase()
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
        tokenizer.decoder = decoders.BPEDecoder()
        trainer = trainers.BpeTrainer(min_frequency=frequency, end_of_word_suffix="</w>", **common)
    elif kind == "wordlevel":
        tokenizer = Tokenizer(models.WordLevel(unk_token="[UNK]"))
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
        trainer = trainers.WordLevelTrainer(min_frequency=frequency, **common)
    return tokenizer, trainer


def train(case):
    tokenizer, trainer = build(case)
    tokenizer.train_from_iterator(CORPORA[case["corpus"]], trainer)
    document = json.loads(tokenizer.to_str())
    model = document["model"]
    # Tokens that are special only to get an order are none when the tokenizer is used.
    document["added_tokens"] = [token for token in document["added_tokens"] if token["content"] in case["wanted"]]
    tokenizer = Tokenizer.from_str(json.dumps(document))
    vocabulary = [token for token, _ in sorted(model["vocab"].items(), key=lambda item: item[1])]
    ids = [index for _, index in sorted(model["vocab"].items(), key=lambda item: item[1])]
    probes = [tokenizer.encode(probe, add_special_tokens=False).ids for probe in PROBES]
    decoded = [tokenizer.decode(item) for item in probes]
    return {"vocabulary": vocabulary, "ids": ids, "merges": model.get("merges", []), "probes": probes, "decoded": decoded}


def forms(case):
    """The affixed single scalars of a case, in the order our trainer numbers them."""
    tokenizer, _ = build(case)
    seen = set()
    for text in CORPORA[case["corpus"]]:
        normalized = tokenizer.normalizer.normalize_str(text)
        for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normalized):
            for index, scalar in enumerate(word):
                if case["kind"] == "wordpiece" and index > 0:
                    seen.add((ord(scalar), 1, "##" + scalar))
                if case["kind"] == "suffix" and index == len(word) - 1:
                    seen.add((ord(scalar), 2, scalar + "</w>"))
    plain = {ord(scalar) for text in CORPORA[case["corpus"]]
             for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(text)) for scalar in word}
    return [chr(value) for value in sorted(plain)] + [item[2] for item in sorted(seen)]


CL100K = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
CASES = [
    dict(name="byte-level", kind="byte-level", corpus="words", size=700, frequency=2, special=["<|endoftext|>", "<pad>"]),
    dict(name="byte-level, every pair", kind="byte-level", corpus="words", size=3000),
    dict(name="byte-level, no initial alphabet", kind="byte-level", corpus="words", size=300, bytes=False, frequency=3),
    dict(name="byte-level, scripts", kind="byte-level", corpus="scripts", size=1200, special=["<s>"]),
    dict(name="byte-level, cl100k words", kind="byte-level", corpus="words", size=600, pattern=CL100K),
    dict(name="byte-level, ties", kind="byte-level", corpus="ties", size=2000, bytes=False),
    dict(name="byte-level, ties, frequent ones", kind="byte-level", corpus="ties", size=400, frequency=4),
    dict(name="byte-level, short tokens", kind="byte-level", corpus="words", size=900, longest=6),
    dict(name="sentencepiece", kind="sentencepiece", corpus="words", size=700, frequency=2, special=["<unk>", "<s>", "</s>"]),
    dict(name="sentencepiece, scripts", kind="sentencepiece", corpus="scripts", size=600, special=["<unk>"]),
    dict(name="wordpiece", kind="wordpiece", corpus="words", size=500, frequency=2, special=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]),
    dict(name="wordpiece, scripts", kind="wordpiece", corpus="scripts", size=700, special=["[UNK]", "[CLS]", "[SEP]"]),
    dict(name="suffix", kind="suffix", corpus="words", size=450, special=["<unk>"]),
    dict(name="word level", kind="wordlevel", corpus="words", size=400, special=["[UNK]"]),
    dict(name="word level, frequent", kind="wordlevel", corpus="scripts", size=5000, frequency=2, special=["[UNK]", "[PAD]"]),
]


def main():
    results = []
    for case in CASES:
        reference = dict(case, wanted=case.get("special", []))
        if case["kind"] in ("wordpiece", "suffix"):
            reference["special"] = case["special"] + forms(case)
        with multiprocessing.get_context("spawn").Pool(3, maxtasksperchild=1) as pool:
            runs = pool.map(train, [reference] * 3, chunksize=1)
        print(case["name"], len(runs[0]["vocabulary"]), len(runs[0]["merges"]), all(run == runs[0] for run in runs))
        if not all(run == runs[0] for run in runs):
            continue
        results.append(case | runs[0])
    with open(os.path.join(HERE, "corpora.json"), "w") as file:
        json.dump({"corpora": CORPORA, "probes": PROBES}, file, ensure_ascii=False)
    with open(os.path.join(HERE, "trained.json"), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(item, ensure_ascii=False) for item in results) + "\n]\n")


if __name__ == "__main__":
    main()
