#!/usr/bin/env python3
"""Writes tokenizers.json: small tokenizers of every kind with what tokenizers 0.23.3 makes of a list of texts.

Run: python make_tokenizer_goldens.py   (seed 17; the tokenizers are trained on the sentences below)
"""
import json
import random

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

assert tokenizers.__version__ == "0.23.3"
SPECIAL = ["[UNK]", "[CLS]", "[SEP]", "[PAD]"]
CORPUS = [
    "The quick brown fox jumps over the lazy dog, doesn't it? She's sure they'll come in 2024 or 1999.",
    "Привет, мир! Как дела у тебя сегодня? Мы читаем книги и пишем код.",
    "日本語の文章と中文句子，以及한국어 문장도 있습니다。",
    "नमस्ते दुनिया, यह एक परीक्षण है। مرحبا بالعالم، هذا اختبار. สวัสดีชาวโลก",
    "def main(argv):\n    return {'a': 1, \"b\": [2, 3.5]}  # comment\n\tpass\n",
    "Größe, naïve café, Ångström, İstanbul, Œuvre, ﬁne ½ ² ™ 😀👨‍👩‍👧",
]
TEXTS = [
    "", " ", "  ", "\n", " \n\t ", "Hello", " Hello  world ", "The lazy dog's 12345 books; they'LL read 'em!",
    "Привет мир", "日本語と中文한국어", "नमस्ते مرحبا สวัสดี", "e\u0301a\u0308 \u1e9b\u0323 \ufb01 \u00bd \u2126 \u212b", "İSTANBUL ẞ ǅ",
    "a\u0000b\u0007c\u200bd\ufeffe\ufffdf\u00adg", "😀👨\u200d👩\u200d👧🏳️\u200d🌈", "x" * 40, "!!! ??? ... -- <[CLS]> [SEP] [X] <sp>",
    "foo[X]bar  [X]  baz", "new word here newword", "tab\there\r\nand\u2028there\u3000wide", "<0x41> ▁under ##sub </w>",
    "1 12 123 1234 ٣٤٥ Ⅷ ²", "don't DON'T it'ſ l'été", "\ud7ff\ue000\U0010ffff", "mixed日本Ελληνικά1a2b",
]
PAIRS = [("The quick fox", "Hello there, world"), ("", "x"), ("日本語", ""), ("a b c d e f g h i j", "1 2 3 4 5 6")]
O200K = "|".join([
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+",
])
CL100K = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
ODD = r"(?<=\d)(?=(?:\d{3})+(?!\d))|(?<![a-z])x+?|(?i:THE)|\b[A-Z]\w*?s\b|[[:punct:]&&[^.,]]++"


def split(pattern):
    parts = [pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)]
    return pre_tokenizers.Sequence(parts)


def template(t):
    ids = [(name, t.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    return processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ids)


def kinds():
    n, p, d = normalizers, pre_tokenizers, decoders
    alphabet = p.ByteLevel.alphabet()
    byte = lambda **k: trainers.BpeTrainer(vocab_size=420, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False, **k)
    bpe = lambda **k: trainers.BpeTrainer(vocab_size=260, special_tokens=SPECIAL, limit_alphabet=90, show_progress=False, **k)
    wp = trainers.WordPieceTrainer(vocab_size=260, special_tokens=SPECIAL, limit_alphabet=90, show_progress=False)
    uni = trainers.UnigramTrainer(vocab_size=240, special_tokens=SPECIAL, unk_token="[UNK]", show_progress=False)
    wl = trainers.WordLevelTrainer(vocab_size=120, special_tokens=SPECIAL, show_progress=False)
    roberta = lambda t: processors.RobertaProcessing(("[SEP]", 2), ("[CLS]", 1))
    bert = lambda t: processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    llama = d.Sequence([d.Replace("▁", " "), d.ByteFallback(), d.Fuse(), d.Strip(" ", 1, 0)])
    yield "gpt2", models.BPE(), byte(), None, p.ByteLevel(), d.ByteLevel(), roberta, {}
    yield "cl100k", models.BPE(), byte(), n.NFC(), split(CL100K), d.ByteLevel(), None, {"ignore_merges": True}
    yield "o200k", models.BPE(), byte(), None, split(O200K), d.ByteLevel(), template, {}
    yield "odd-pattern", models.BPE(), byte(), n.Lowercase(), split(ODD), d.ByteLevel(), None, {}
    yield "clip", models.BPE(unk_token="[UNK]"), byte(end_of_word_suffix="</w>"), n.Sequence([n.NFC(), n.Replace(Regex(r"\s+"), " "), n.Lowercase()]), split(r"'s|'t|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+"), d.BPEDecoder(), None, {"end_of_word_suffix": "</w>"}
    yield "llama", models.BPE(unk_token="[UNK]"), bpe(), n.Sequence([n.Prepend("▁"), n.Replace(" ", "▁")]), None, llama, template, {"byte_fallback": True, "fuse_unk": True}
    yield "metaspace-bpe", models.BPE(unk_token="[UNK]"), bpe(), n.NFKC(), p.Metaspace(prepend_scheme="first"), d.Metaspace(), None, {"fuse_unk": True}
    yield "bert", models.WordPiece(unk_token="[UNK]"), wp, n.BertNormalizer(), p.BertPreTokenizer(), d.WordPiece(), bert, {}
    yield "bert-cased", models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=12), wp, n.BertNormalizer(lowercase=False, strip_accents=True), p.BertPreTokenizer(), d.WordPiece(cleanup=False), template, {}
    yield "unigram", models.Unigram(), uni, n.Sequence([n.Nmt(), n.NFKC(), n.Replace(Regex(" {2,}"), " ")]), p.Metaspace(), d.Metaspace(), template, {}
    yield "unigram-nfkd", models.Unigram(), uni, n.Sequence([n.NFKD(), n.StripAccents()]), p.Sequence([p.WhitespaceSplit(), p.Metaspace(prepend_scheme="never")]), None, None, {}
    yield "words", models.WordLevel(unk_token="[UNK]"), wl, n.Sequence([n.NFD(), n.Strip()]), p.Sequence([p.Whitespace(), p.Digits(True)]), None, template, {}
    yield "punctuation", models.WordLevel(unk_token="[UNK]"), wl, None, p.Sequence([p.WhitespaceSplit(), p.Punctuation("merged_with_previous"), p.FixedLength(4)]), d.CTC(), None, {}


def record(e):
    return {
        "ids": e.ids, "types": e.type_ids, "words": [-1 if w is None else w for w in e.word_ids],
        "starts": [o[0] for o in e.offsets], "ends": [o[1] for o in e.offsets],
        "special": e.special_tokens_mask, "attention": e.attention_mask,
    }


def main():
    rng = random.Random(17)
    out = []
    for name, model, trainer, normalizer, pre, decoder, post, options in kinds():
        t = Tokenizer(model)
        if normalizer:
            t.normalizer = normalizer
        if pre:
            t.pre_tokenizer = pre
        t.train_from_iterator(CORPUS * 3, trainer)
        document = json.loads(t.to_str())
        document["model"].update(options)
        if options.get("byte_fallback"):
            vocab = document["model"]["vocab"]
            for byte in range(256):
                vocab.setdefault(f"<0x{byte:02X}>", len(vocab))
        t = Tokenizer.from_str(json.dumps(document))
        t.add_special_tokens([AddedToken("[X]", rstrip=True, normalized=False), AddedToken("<sp>", normalized=True)])
        t.add_tokens([AddedToken("new", single_word=True, normalized=False), AddedToken("Ö", normalized=True)])
        if decoder:
            t.decoder = decoder
        if post:
            t.post_processor = post(t)
        cases = []
        for text in TEXTS:
            e = t.encode(text)
            cases.append({"text": text} | record(e) | {"decoded": t.decode(e.ids, skip_special_tokens=True)})
        random_ids = [[rng.randrange(t.get_vocab_size()) for _ in range(8)] for _ in range(10)]
        decoded = [{"ids": ids, "text": t.decode(ids, skip_special_tokens=False)} for ids in random_ids]
        pairs = []
        for first, second in PAIRS:
            pairs.append({"text": first, "pair": second} | record(t.encode(first, second)))
        t.enable_truncation(10, stride=1)
        t.enable_padding(length=12)
        cut = []
        for first, second in [("The quick brown fox jumps over the lazy dog", None), PAIRS[3]]:
            e = t.encode(first, second)
            cut.append({"text": first, "pair": second} | record(e) | {"overflowing": [record(o) for o in e.overflowing]})
        t.no_truncation()
        t.no_padding()
        out.append({"name": name, "tokenizer": json.loads(t.to_str()), "cases": cases, "decoded": decoded, "pairs": pairs, "cut": cut})
    with open("tokenizers.json", "w", encoding="utf-8") as file:
        json.dump(out, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


main()
