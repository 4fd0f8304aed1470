"""Random tokenizer files and texts for tokenizer-parity."""

import functools
import json
import random

CORPUS = [
    "The quick brown fox jumps over the lazy dog, doesn't it? She's sure they'll come in 2024 or 1999.",
    "Привет, мир! Как дела у тебя сегодня? Мы читаем книги и пишем код.",
    "日本語の文章と中文句子，以及한국어 문장도 있습니다。カタカナとひらがな",
    "नमस्ते दुनिया, यह एक परीक्षण है। مرحبا بالعالم، هذا اختبار. สวัสดีชาวโลก বাংলা தமிழ் ქართული հայերեն ελληνικά עברית",
    "def main(argv):\n    return {'a': 1, \"b\": [2, 3.5]}  # comment\n\tpass\n<p class=\"x\">&amp;</p>",
    "Größe, naïve café, Ångström, İstanbul, Œuvre, ﬁne ½ ² ™ 😀👨‍👩‍👧 e\u0301 a\u0308 tiếng Việt",
]
HARD = [
    "", " ", "  ", "\n", " \n\t ", "Hello", " Hello  world ", "a", "▁", " ▁ a▁b", "İSTANBUL ẞ ǅ ŉ", "\u1e9b\u0323 \ufb01 \u00bd \u2126 \u212b",
    "a\u0000b\u0007c\u200bd\ufeffe\ufffdf\u00adg", "😀👨\u200d👩\u200d👧🏳️\u200d🌈", "x" * 120, "!!! ??? ... -- <[CLS]> [SEP] [X] <sp>",
    "1 12 123 1234 ٣٤٥ Ⅷ ² ५", "don't DON'T it'ſ l'été we'Re", "\ud7ff\ue000\U0010ffff", "mixed日本Ελληνικά1a2bカタ한", "<0x41> ##sub </w> Ġ Ċ",
    "\u3000wide\u2028line\u00a0nbsp\u1680", "각각 \u1112\u1161\u11ab", "क्षि त्र", "\u0e33\u0e49", "\u200d\u200c", "a\u0338=", "tab\there\r\nand\rold",
]
ADDED = ["[CLS]", "[SEP]", "<sp>", "[X]", "new", "Ö", "the", " lead", "trail ", "日本", "<|im_start|>", "é", "e\u0301", "a", "▁q", "##b", "THE", "\n", "  ", "½", "Ġ"]
SPECIAL = ["[UNK]", "[CLS]", "[SEP]", "[PAD]"]
PATTERNS = [
    r"\s+", r"\d", r"\p{L}+", r"[^\w\s]+", r"(?i:the)", r"'s|'t| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", r"\b", r"(?=[A-Z])",
    r"[一-龥]", r"\p{Han}|\p{Hiragana}", r"(?<=\d)(?=(?:\d{3})+(?!\d))", r"a*", r"\X", r"[[:punct:]]", r".", r"^\s", r"\S+$", r"\p{M}",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
]
BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]


def normalizer(rng, deep=0):
    kind = rng.choice([
        "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Strip", "Nmt", "Prepend", "Replace", "BertNormalizer", "ByteLevel",
        "Replace", "Prepend", "Sequence", "Sequence"] if deep < 2 else ["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Strip", "Nmt", "Prepend", "Replace"])
    if kind == "Sequence":
        return {"type": kind, "normalizers": [normalizer(rng, deep + 1) for _ in range(rng.randrange(4))]}
    if kind == "Strip":
        return {"type": kind, "strip_left": rng.random() < 0.5, "strip_right": rng.random() < 0.5}
    if kind == "Prepend":
        return {"type": kind, "prepend": rng.choice(["▁", " ", "x", "ab", "é"])}
    if kind == "Replace":
        pattern = {"Regex": rng.choice(PATTERNS)} if rng.random() < 0.6 else {"String": rng.choice([" ", "a", "the", "``", "日", "  ", "é"])}
        return {"type": kind, "pattern": pattern, "content": rng.choice(["▁", "", " ", "xx", "é", "日本"])}
    if kind == "BertNormalizer":
        return {"type": kind, "clean_text": rng.random() < 0.5, "handle_chinese_chars": rng.random() < 0.5,
                "strip_accents": rng.choice([None, True, False]), "lowercase": rng.random() < 0.5}
    return {"type": kind}


def pre_tokenizer(rng, deep=0):
    kinds = ["BertPreTokenizer", "ByteLevel", "CharDelimiterSplit", "Digits", "FixedLength", "Metaspace", "Punctuation", "Split", "Split",
             "UnicodeScripts", "Whitespace", "WhitespaceSplit", "ByteLevel", "Metaspace"]
    kind = rng.choice(kinds + ["Sequence"] * (6 if deep == 0 else 1 if deep == 1 else 0))
    if kind == "Sequence":
        return {"type": kind, "pretokenizers": [pre_tokenizer(rng, deep + 1) for _ in range(rng.randrange(4))]}
    if kind == "ByteLevel":
        return {"type": kind, "add_prefix_space": rng.random() < 0.5, "trim_offsets": rng.random() < 0.5, "use_regex": rng.random() < 0.5}
    if kind == "CharDelimiterSplit":
        return {"type": kind, "delimiter": rng.choice([" ", "a", "日", ",", "▁"])}
    if kind == "Digits":
        return {"type": kind, "individual_digits": rng.random() < 0.5}
    if kind == "FixedLength":
        return {"type": kind, "length": rng.choice([1, 2, 3, 5])}
    if kind == "Metaspace":
        scheme = rng.choice(["always", "first", "never"])
        node = {"type": kind, "replacement": rng.choice(["▁", "▁", "_", "Ġ"]), "prepend_scheme": scheme, "split": rng.random() < 0.6}
        return node
    if kind == "Punctuation":
        return {"type": kind, "behavior": rng.choice(BEHAVIORS)}
    if kind == "Split":
        pattern = {"Regex": rng.choice(PATTERNS)} if rng.random() < 0.7 else {"String": rng.choice([" ", "a", "the", "日", "▁"])}
        return {"type": kind, "pattern": pattern, "behavior": rng.choice(BEHAVIORS), "invert": rng.random() < 0.3}
    return {"type": kind}


def decoder(rng, deep=0):
    kinds = ["ByteLevel", "WordPiece", "Metaspace", "BPEDecoder", "ByteFallback", "Fuse", "Strip", "Replace", "CTC"]
    kind = rng.choice(kinds + ["Sequence"] * (5 if deep == 0 else 0))
    if kind == "Sequence":
        return {"type": kind, "decoders": [decoder(rng, 1) for _ in range(rng.randrange(5))]}
    if kind == "WordPiece":
        return {"type": kind, "prefix": rng.choice(["##", "@@", ""]), "cleanup": rng.random() < 0.5}
    if kind == "Metaspace":
        return {"type": kind, "replacement": rng.choice(["▁", "_"]), "prepend_scheme": rng.choice(["always", "first", "never"]), "split": True}
    if kind == "BPEDecoder":
        return {"type": kind, "suffix": rng.choice(["</w>", "", "e"])}
    if kind == "Strip":
        return {"type": kind, "content": rng.choice([" ", "a", "▁", "日"]), "start": rng.randrange(3), "stop": rng.randrange(3)}
    if kind == "Replace":
        pattern = {"Regex": rng.choice(PATTERNS)} if rng.random() < 0.4 else {"String": rng.choice(["▁", " ", "a", "Ġ", "th"])}
        return {"type": kind, "pattern": pattern, "content": rng.choice([" ", "", "x", "é"])}
    if kind == "CTC":
        return {"type": kind, "pad_token": rng.choice(["[PAD]", "e"]), "word_delimiter_token": rng.choice(["|", "o"]), "cleanup": rng.random() < 0.5}
    return {"type": kind}


def post_processor(rng, deep=0):
    kind = rng.choice(["TemplateProcessing", "BertProcessing", "RobertaProcessing", "ByteLevel"] + ["Sequence"] * (1 - deep))
    if kind == "Sequence":
        return {"type": kind, "processors": [post_processor(rng, 1) for _ in range(rng.randrange(1, 3))]}
    if kind == "ByteLevel":
        return {"type": kind, "add_prefix_space": rng.random() < 0.5, "trim_offsets": rng.random() < 0.5, "use_regex": True}
    if kind in ("BertProcessing", "RobertaProcessing"):
        node = {"type": kind, "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]}
        if kind == "RobertaProcessing":
            node |= {"trim_offsets": rng.random() < 0.5, "add_prefix_space": rng.random() < 0.5}
        return node

    def special(name):
        return {"SpecialToken": {"id": name, "type_id": rng.randrange(3)}}

    def text(name):
        return {"Sequence": {"id": name, "type_id": rng.randrange(3)}}

    def some():
        return [special(rng.choice(["[CLS]", "[SEP]", "[XX]"])) for _ in range(rng.randrange(3))]

    return {"type": kind, "single": some() + [text("A")] + some(),
            "pair": rng.choice([some() + [text("A")] + some() + [text("B")] + some(), some() + [text("B")] + some() + [text("A")] + some()]),
            "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [1], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [2], "tokens": ["[SEP]"]},
                               "[XX]": {"id": "[XX]", "ids": [1, 2], "tokens": ["[CLS]", "[SEP]"]}}}


@functools.lru_cache(maxsize=None)
def model(kind, variety):
    """The `model` of a trained tokenizer, as text."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

    rng = random.Random(variety)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    common = dict(special_tokens=SPECIAL, show_progress=False)
    byte_level = variety % 2 == 0
    if kind == "BPE":
        affixes = {}
        if variety % 5 == 3:
            affixes["continuing_subword_prefix"] = rng.choice(["##", "@"])
        if variety % 5 in (2, 3):
            affixes["end_of_word_suffix"] = rng.choice(["</w>", "_"])
        tokenizer = Tokenizer(models.BPE(unk_token="[UNK]", **affixes))
        trainer = trainers.BpeTrainer(vocab_size=300 + 40 * variety, initial_alphabet=alphabet if byte_level else [],
                                      limit_alphabet=1000 if byte_level else 120, **affixes, **common)
    elif kind == "WordPiece":
        tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        trainer = trainers.WordPieceTrainer(vocab_size=300 + 30 * variety, limit_alphabet=120, **common)
    elif kind == "Unigram":
        tokenizer = Tokenizer(models.Unigram())
        trainer = trainers.UnigramTrainer(vocab_size=250 + 30 * variety, unk_token="[UNK]", **common)
    else:
        tokenizer = Tokenizer(models.WordLevel(unk_token="[UNK]"))
        trainer = trainers.WordLevelTrainer(vocab_size=150 + 20 * variety, **common)
    pre = pre_tokenizers
    tokenizer.pre_tokenizer = (
        pre.ByteLevel() if byte_level else
        rng.choice([pre.Metaspace(), pre.Whitespace(), pre.Split(Regex(r"\s"), "merged_with_next"), pre.BertPreTokenizer()]))
    tokenizer.train_from_iterator(CORPUS * 3, trainer)
    return tokenizer.to_str()


def document(rng, only=None):
    kind = only or rng.choice(["BPE", "BPE", "BPE", "WordPiece", "Unigram", "WordLevel"])
    result = json.loads(model(kind, rng.randrange(10)))
    made = result["model"]
    vocab = made["vocab"]
    if kind == "BPE":
        made["dropout"] = rng.choice([None, None, None, 0.0, 1.0])
        from tokenizers import pre_tokenizers

        # without it the reference loses count of the characters that it drops
        complete = all(letter in vocab for letter in pre_tokenizers.ByteLevel.alphabet())
        made["unk_token"] = rng.choice(["[UNK]", "[UNK]", None]) if complete else "[UNK]"
        for key in ("fuse_unk", "byte_fallback", "ignore_merges"):
            made[key] = rng.random() < 0.4
        if made["continuing_subword_prefix"] or made["end_of_word_suffix"]:
            made["byte_fallback"] = False  # the reference counts the affix's bytes as the text's
            made["unk_token"] = "[UNK]"  # and loses count of characters that it drops
        if made["byte_fallback"] and rng.random() < 0.8:
            for byte in range(256):
                vocab.setdefault(f"<0x{byte:02X}>", len(vocab))
    elif kind == "WordPiece":
        made["max_input_chars_per_word"] = rng.choice([100, 8])
    elif kind == "Unigram":
        made["byte_fallback"] = rng.random() < 0.4
        if made["byte_fallback"]:
            known = {token for token, _ in vocab}
            vocab += [[f"<0x{byte:02X}>", -12.0] for byte in range(256) if f"<0x{byte:02X}>" not in known]
    result["normalizer"] = normalizer(rng) if rng.random() < 0.6 else None
    size = len(vocab)
    ids = {token: index for index, (token, _) in enumerate(vocab)} if isinstance(vocab, list) else vocab
    added = [a for a in result["added_tokens"] if rng.random() < 0.7]
    # a token that is normalized to nothing is found everywhere by the reference
    strips = json.dumps(result["normalizer"])
    empties = [c for c in ADDED if not c.strip()] if any(k in strips for k in ("Strip", "Nmt", "Replace", "Bert")) else []
    for content in rng.sample([c for c in ADDED if c not in empties], rng.randrange(7)):
        if any(a["content"] == content for a in added):
            continue
        known = ids.get(content)
        if known is None:
            known, size = size, size + 1
        added.append({"id": known, "content": content} | {
            key: rng.random() < 0.35 for key in ("single_word", "lstrip", "rstrip", "normalized", "special")})
    result["added_tokens"] = sorted(added, key=lambda a: a["id"])
    result["pre_tokenizer"] = pre_tokenizer(rng) if rng.random() < 0.8 else None
    result["decoder"] = decoder(rng) if rng.random() < 0.8 else None
    result["post_processor"] = post_processor(rng) if rng.random() < 0.7 else None
    if rng.random() < 0.5:
        result["truncation"] = {
            "direction": rng.choice(["Left", "Right"]), "max_length": rng.choice([4, 8, 10, 16]), "stride": rng.randrange(3),
            "strategy": rng.choice(["LongestFirst", "LongestFirst", "OnlyFirst", "OnlySecond"])}
    if rng.random() < 0.4:
        result["padding"] = {
            "strategy": rng.choice(["BatchLongest", {"Fixed": 12}]), "direction": rng.choice(["Left", "Right"]),
            "pad_to_multiple_of": rng.choice([None, 8]), "pad_id": 3, "pad_type_id": rng.randrange(2), "pad_token": "[PAD]"}
    return result


def character(rng):
    block = rng.choice([
        (0x20, 0x7E), (0x20, 0x7E), (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x52F), (0x590, 0x6FF), (0x900, 0xDFF), (0xE00, 0xFFF),
        (0x1100, 0x11FF), (0x1E00, 0x20CF), (0x2100, 0x27BF), (0x3000, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFB00, 0xFFFD),
        (0x1F000, 0x1FAFF), (0x10000, 0x10FFFF), (0, 0x1F)])
    value = rng.randint(*block)
    return "\ufffd" if 0xD800 <= value < 0xE000 else chr(value)


def texts(rng, document, count):
    """Texts in bytes, a few of them not UTF-8."""
    tokens = [a["content"] for a in document["added_tokens"]]
    lines = "\n".join(CORPUS)
    result = []
    for _ in range(count):
        parts = []
        for _ in range(rng.choice([1, 1, 1, 2, 3, 6])):
            draw = rng.random()
            if draw < 0.25:
                start = rng.randrange(len(lines))
                parts.append(lines[start : start + rng.randrange(1, 40)])
            elif draw < 0.5:
                parts.append(rng.choice(HARD))
            elif draw < 0.75 and tokens:
                parts.append(rng.choice(["", " ", "  ", "x"]) + rng.choice(tokens) + rng.choice(["", " ", "\t", "9"]))
            else:
                parts.append("".join(character(rng) for _ in range(rng.randrange(8))))
        text = "".join(parts).encode()
        if rng.random() < 0.08 and text:
            at = rng.randrange(len(text))
            text = text[:at] + bytes([rng.choice([0x80, 0xC3, 0xE2, 0xF0, 0xFF, 0xED])]) + text[at + rng.randrange(2) :]
        result.append(text)
    return result


def words_of(text, rng):
    """A text as words that somebody has split."""
    if "\1" in text:
        return [text.replace("\1", "")]
    return text.split(" ") if rng.random() < 0.8 else [text[i : i + 3] for i in range(0, len(text), 3)] or [""]
