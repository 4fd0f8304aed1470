"""What tokenizer-vocabularies compares with: every reference turns texts into ids, all in one array, and back."""

import importlib.machinery
import itertools
import json
import pathlib
import subprocess
import tempfile

import numpy

import peers
import vocabulary_sources as sources
import vocabulary_texts


def flat(lists):
    counts = numpy.fromiter(map(len, lists), dtype=numpy.int32, count=len(lists))
    ids = numpy.fromiter(itertools.chain.from_iterable(lists), dtype=numpy.int32, count=int(counts.sum()))
    return counts, ids


class HuggingFace:
    """`tokenizers`: from a file, or put together as `transformers` does from older files."""

    ways = [True, False]  # to decode: without special tokens, with them

    def __init__(self, data):
        from tokenizers import Tokenizer

        self.kind = data.get("kind")
        if "file" in data:
            self.tokenizer = Tokenizer.from_file(data["file"])
            self.tokenizer.no_truncation()
            self.tokenizer.no_padding()
        elif "pair" in data:
            self.tokenizer = self.of_pair(*data["pair"], data["kind"])
        else:
            self.tokenizer = self.of_list(data["list"])

    @staticmethod
    def of_pair(vocabulary, merges, kind):
        from transformers import CLIPTokenizer, GPT2Tokenizer

        vocabulary = json.loads(pathlib.Path(vocabulary).read_text(encoding="utf-8"))
        lines = pathlib.Path(merges).read_text(encoding="utf-8").split("\n")
        pairs = [tuple(line.split()) for line in lines if line and not line.startswith("#version")]
        made = {"gpt2": GPT2Tokenizer, "clip": CLIPTokenizer}[kind](vocab=vocabulary, merges=pairs)
        from tokenizers import Tokenizer

        return Tokenizer.from_str(made.backend_tokenizer.to_str())

    @staticmethod
    def of_list(path):
        from tokenizers import Tokenizer
        from transformers import BertTokenizer

        tokens = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
        made = BertTokenizer(vocab={token: index for index, token in enumerate(tokens)})
        return Tokenizer.from_str(made.backend_tokenizer.to_str())

    def encode(self, texts, parse):
        return flat([e.ids for e in self.tokenizer.encode_batch_fast(texts)])

    def columns(self, texts, all_of_them):
        """Ids and offsets, and every other column of every encoding where all of them are wanted."""
        encodings = self.tokenizer.encode_batch(texts)
        counts, ids = flat([e.ids for e in encodings])
        pairs = itertools.chain.from_iterable(e.offsets for e in encodings)
        offsets = numpy.fromiter(itertools.chain.from_iterable(pairs), dtype=numpy.int32, count=2 * len(ids)).reshape(-1, 2)
        result = {"ids": ids, "starts": offsets[:, 0], "ends": offsets[:, 1]}
        if all_of_them:
            result["type ids"] = flat([e.type_ids for e in encodings])[1]
            result["words"] = flat([[-1 if w is None else w for w in e.word_ids] for e in encodings])[1]
            result["special tokens mask"] = flat([e.special_tokens_mask for e in encodings])[1]
            result["attention mask"] = flat([e.attention_mask for e in encodings])[1]
        return counts, result

    def decode(self, lists, skip):
        texts = self.tokenizer.decode_batch(lists, skip_special_tokens=skip)
        if self.kind == "clip":  # as CLIPTokenizer of transformers does behind the library (which strips control characters, too)
            texts = [text.replace("</w>", " ").strip(" ") for text in texts]
        return [text.encode("utf-8", "surrogatepass") for text in texts]


class SentencePiece:
    ways = [False]

    def __init__(self, data):
        import sentencepiece

        self.processor = sentencepiece.SentencePieceProcessor(model_file=data["file"])

    def encode(self, texts, parse):
        return flat(self.processor.encode(texts, num_threads=2))

    def decode(self, lists, skip):
        return [text.encode() for text in self.processor.decode(lists)]


class Tiktoken:
    ways = [False]

    def __init__(self, data):
        import tiktoken

        self.encoding = tiktoken.Encoding(
            "given", pat_str=data["pattern"], mergeable_ranks=sources.ranks(pathlib.Path(data["ranks"])), special_tokens=data["special"])

    def encode(self, texts, parse):
        allowed = "all" if parse else set()
        return flat(self.encoding.encode_batch(texts, num_threads=2, allowed_special=allowed, disallowed_special=()))

    def decode(self, lists, skip):
        return [self.encoding.decode_bytes(ids) for ids in lists]


class Tekken:
    ways = [True, False]

    def __init__(self, data):
        from mistral_common.tokens.tokenizers.tekken import SpecialTokenPolicy, Tekkenizer

        self.tokenizer = Tekkenizer.from_file(data["file"])
        self.policies = {True: SpecialTokenPolicy.IGNORE, False: SpecialTokenPolicy.KEEP}

    def encode(self, texts, parse):
        return flat([self.tokenizer.encode(text, bos=False, eos=False) for text in texts])

    def decode(self, lists, skip):
        return [self.tokenizer.decode(ids, special_token_policy=self.policies[skip]).encode() for ids in lists]


class RWKV:
    ways = [False]

    def __init__(self, data):
        path = str(sources.ROOT / "files" / "rwkv_tokenizer.py")
        module = importlib.machinery.SourceFileLoader("rwkv_tokenizer", path).load_module()
        self.tokenizer = module.TRIE_TOKENIZER(data["file"])

    def encode(self, texts, parse):
        return flat([self.tokenizer.encode(text) for text in texts])

    def decode(self, lists, skip):
        return [self.tokenizer.decodeBytes(ids) for ids in lists]


class Llama:
    """llama.cpp, by a program that is compiled here against its libraries."""

    decode = None

    def __init__(self, data):
        self.program, self.file = self.build(), data["file"]

    @staticmethod
    def build():
        for peer in sorted((peers.CACHE / "peers").glob("llama.cpp*")):
            libraries = sorted((peer / "build").rglob("*.a"))
            found = sorted((peer / "src").glob("llama_cpp_python-*/vendor/llama.cpp"))
            if found and any(path.name == "libllama.a" for path in libraries):
                break
        else:
            raise sources.Missing("llama.cpp (make it with Benchmarks/peers/build-llama-cpp)")
        program = sources.ROOT / "files" / f"llama-ids-{peer.name}"
        source = pathlib.Path(__file__).with_name("llama-ids.cpp")
        if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
            program.parent.mkdir(parents=True, exist_ok=True)
            wanted = [path for path in libraries if path.name in ("libllama.a", "libggml.a", "libggml-cpu.a", "libggml-base.a")]
            flags = ["-Wl,--start-group", *wanted, "-Wl,--end-group", "-lpthread", "-ldl", "-lgomp"]
            subprocess.run(["c++", "-O2", "-std=c++17", "-o", program, source, f"-I{found[0]}/include", f"-I{found[0]}/ggml/include",
                            *flags], check=True)
        return program

    def encode(self, texts, parse):
        with tempfile.TemporaryDirectory() as folder:
            source, out = pathlib.Path(folder, "texts"), pathlib.Path(folder, "out")
            vocabulary_texts.write(source, [text.encode() for text in texts])
            result = subprocess.run([self.program, self.file, source, out, "1" if parse else "0"], capture_output=True, text=True)
            if result.returncode:
                raise RuntimeError(f"llama.cpp: {result.stderr[-300:]}")
            numbers = numpy.fromfile(out, dtype=numpy.int32)
        return numbers[1 : 1 + numbers[0]], numbers[2 + numbers[0] :]


KINDS = {"tokenizers": HuggingFace, "sentencepiece": SentencePiece, "tiktoken": Tiktoken, "mistral-common": Tekken, "rwkv": RWKV,
         "llama.cpp": Llama}


def reference(vocabulary):
    return KINDS[vocabulary.reference](vocabulary.data)
