"""The texts of tokenizer-vocabularies: real ones in many languages, and random strings with bytes that are not UTF-8."""

import gettext
import pathlib
import random
import re
import struct
import subprocess
import sysconfig
import zipfile

import numpy

import parity_pipelines
import vocabulary_sources as sources

# parts of the real text: share of the bytes
SHARES = {"english": 0.17, "bibles in 22 languages": 0.48, "code": 0.12, "HTML": 0.08, "catalogues in 100 languages": 0.11, "marks": 0.04}
HELP = ["libreoffice-help-en-us", "libreoffice-help-hi", "libreoffice-help-km", "libreoffice-help-ja"]
SPECIAL = [
    "<s>", "</s>", "<unk>", "<pad>", "<|endoftext|>", "<|im_start|>", "<|im_end|>", "[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]", "<mask>",
    "<|begin_of_text|>", "<|eot_id|>", "<|startoftext|>", "<bos>", "<eos>", "<start_of_turn>", "<|fim_prefix|>", "<|endofprompt|>", "[INST]",
    "<|User|>", "<｜User｜>", "<｜begin▁of▁sentence｜>", "<|assistant|>", "<think>", "</think>", "<tool_call>", "<EOT>", "<META>", "\n\nHuman:",
]
SENTENCES = parity_pipelines.CORPUS + [
    "ภาษาไทยไม่มีช่องว่างระหว่างคำ ราคา ๑๒๓ บาท น้ำใจ", "தமிழ் மொழி மிகவும் பழமையானது, க்ஷ ஸ்ரீ", "తెలుగు భాష ಕನ್ನಡ മലയാളം ਪੰਜਾਬੀ ગુજરાતી ଓଡ଼ିଆ",
    "ភាសាខ្មែរ ລາວ မြန်မာဘာသာ བོད་སྐད་ አማርኛ ᏣᎳᎩ ᠮᠣᠩᠭᠣᠯ", "שָׁלוֹם עוֹלָם ٱلْعَرَبِيَّةُ ۱۲۳ ‏مرحبا‎", "Z̸̢̛͖a̷͔̓l̵̰̈g̶̱̀o̴̦͂ q̃ ẹ́ ǖ ņ̈ ö̲",
    "👩🏽‍🚀👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🏳️‍⚧️🇨🇭🇯🇵❤️‍🔥1️⃣#️⃣✊🏿", "𝒜𝓁𝓅𝒽𝒶 𝟙𝟚𝟛 ⅷ ⑳ ㍿ ﷺ ｆｕｌｌ ﾊﾝｶｸ ㌔",
]


def help_pages():
    """HTML out of Debian packages."""
    folder = sources.ROOT / "packages"
    lists = sources.ROOT / "lists"
    options = ["-o", f"Dir::State::lists={lists}", "-o", "Acquire::Languages=none", "-o", "APT::Sandbox::User=root",
               "-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache="]
    for name in HELP:
        if not list(folder.glob(name + "_*.deb")):
            if not lists.exists():
                (lists / "partial").mkdir(parents=True)
                subprocess.run(["apt-get", "update", "-qq", *options], check=True, stdout=subprocess.DEVNULL)
            subprocess.run(["apt-get", *options, "download", "-qq", name], check=True, cwd=folder, stderr=subprocess.DEVNULL)
        unpacked = sources.ROOT / "unpacked" / name
        if not unpacked.exists():
            unpacked.mkdir(parents=True)
            subprocess.run(["dpkg-deb", "-x", next(folder.glob(name + "_*.deb")), unpacked], check=True)
        for path in sorted(unpacked.rglob("*.html"))[::7]:
            yield path.read_text(encoding="utf-8", errors="replace")


def catalogues():
    """Names of countries and languages in the translations of iso-codes (in the package pycountry), language by language."""
    with zipfile.ZipFile(sources.package("pycountry")) as wheel:
        for name in sorted(n for n in wheel.namelist() if n.endswith(".mo")):
            with wheel.open(name) as file:
                catalog = gettext.GNUTranslations(file)._catalog
            yield "\n".join(text for text in catalog.values() if isinstance(text, str) and "\nPO-" not in text)


def code():
    for path in sorted(pathlib.Path(sysconfig.get_paths()["stdlib"]).glob("*.py")):
        yield path.read_text(encoding="utf-8", errors="replace")
    for pattern in ["Sources/**/*.swift", "Sources/**/*.c", "Benchmarks/peers/*"]:
        for path in sorted(sources.peers.REPOSITORY.glob(pattern)):
            if path.is_file():
                yield path.read_text(encoding="utf-8", errors="replace")


def marks(rng):
    """Sentences with emoji, joiners and combining marks strewn in."""
    while True:
        text = rng.choice(SENTENCES) + rng.choice([" ", "\n", ""]) + rng.choice(SENTENCES)
        parts = re.split(r"( )", text)
        for _ in range(rng.randrange(6)):
            extra = rng.choice(["\u200d", "\ufe0f", "\u0301", "\u0338", "\u200c", "😀", "🏽", "\u3099", "\u093c", "\u0e4a", "\u064b", "\u00a0", "\u3000", "\t"])
            parts.insert(rng.randrange(len(parts) + 1), extra * rng.randrange(1, 4))
        yield "".join(parts)


def stored(name):
    path = sources.present(sources.TEXTS / name, "Benchmarks/peers/tokenizer-texts")
    return path.read_text(encoding="utf-8").split("\0")


def pieces(text, rng):
    """A document in texts of 100 bytes to 6 KB, at ends of lines where there are any."""
    at = 0
    while at < len(text):
        size = int(2 ** rng.uniform(6.5, 12.5))
        end = text.rfind("\n", at + size // 2, at + size) + 1 if rng.random() < 0.7 else 0
        yield text[at : end or at + size]
        at = end or at + size


def real(size, seed):
    """About `size` bytes of texts, the same for the same seed and machine."""
    rng = random.Random(seed)
    result = {}
    for name, share in SHARES.items():
        documents = {
            "english": lambda: stored("english.txt"), "bibles in 22 languages": lambda: stored("multilingual.txt"), "code": code,
            "HTML": help_pages, "catalogues in 100 languages": catalogues, "marks": lambda: marks(rng)}[name]()
        wanted, texts = int(share * size), []
        if name != "marks":
            documents = [piece for document in documents for piece in pieces(document, rng)]
            rng.shuffle(documents)
        for text in documents:
            data = text.encode("utf-8", "replace")
            if data and wanted > 0:
                texts.append(data)
                wanted -= len(data)
            elif wanted <= 0:
                break
        result[name] = texts
    return result


def sample(size, seed):
    """The texts of `real` without the names of their parts, kept in the cache."""
    path = sources.ROOT / "samples" / f"{size}-{seed}"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        write(part, [text for texts in real(size, seed).values() for text in texts])
        part.rename(path)
    return read(path)


def strings(count, seed):
    """Random strings, a third of them with bytes that are not UTF-8."""
    rng = random.Random(seed + 1)
    result = []
    joined = "\n".join(SENTENCES)
    for _ in range(count):
        parts = []
        for _ in range(rng.choice([1, 1, 2, 3, 5])):
            draw = rng.random()
            if draw < 0.25:
                start = rng.randrange(len(joined))
                parts.append(joined[start : start + rng.randrange(1, 30)])
            elif draw < 0.4:
                parts.append(rng.choice(parity_pipelines.HARD))
            elif draw < 0.5:
                parts.append(rng.choice(["", " ", "x", "\n"]) + rng.choice(SPECIAL) + rng.choice(["", " ", "\t", "9"]))
            elif draw < 0.57:
                parts.append(rng.choice([" ", "\n", "\r\n", "a", "=", "-", "0", "é", "\u0301", "日", "ก", "😀", "\u3000", " \n", "ab", "' "]) * rng.randrange(1, 60))
            else:
                parts.append("".join(parity_pipelines.character(rng) for _ in range(rng.randrange(12))))
        text = "".join(parts).encode()
        if rng.random() < 0.33:
            for _ in range(rng.randrange(1, 4)):
                at = rng.randrange(len(text) + 1)
                bad = bytes(rng.choice([0x80, 0xBF, 0xC0, 0xC3, 0xE0, 0xE2, 0xED, 0xF0, 0xF4, 0xF5, 0xFF, 0xA0, 0x9F, 0x90]) for _ in range(rng.randrange(1, 4)))
                text = text[:at] + bad + text[at + rng.randrange(3) :]
        result.append(text)
    return result


def write(path, texts):
    with open(path, "wb") as file:
        for text in texts:
            file.write(struct.pack("<I", len(text)) + text)


def read(path):
    data, at, result = path.read_bytes(), 0, []
    while at < len(data):
        (size,) = struct.unpack_from("<I", data, at)
        result.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return result


def character_index(text):
    """For every byte of UTF-8, and the end, how many characters begin before it; and whether one begins there."""
    data = numpy.frombuffer(text, dtype=numpy.uint8)
    begins = (data & 0xC0) != 0x80
    index = numpy.zeros(len(data) + 1, dtype=numpy.int64)
    numpy.cumsum(begins, out=index[1:])
    return index, numpy.append(begins, True)
