"""What the peer scripts share: where things are, and how a program is run. Standard library only."""

import os
import pathlib
import subprocess
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(
    os.environ.get("LLMOPS_CACHE")
    or pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "swift-llmops"
)
MODELS = {
    "smollm2": CACHE / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf",
    "gemma3": CACHE / "models" / "gemma-3-270m.Q4_K_M.gguf",
}
OURS = REPOSITORY / ".build" / "release" / "llmops"
BUILD = os.environ.get("LLMOPS_PEER", "llama.cpp")  # or llama.cpp-clang, llama.cpp-avx2


def model_path(name):
    """A name above, or a file."""
    path = MODELS.get(name, pathlib.Path(name))
    require(path, "Scripts/fetch-models")
    return path


def require(path, hint):
    if not path.exists():
        sys.exit(f"error: {path} is missing (make it with {hint})")


def programs_of(build):
    return CACHE / "peers" / build / "bin"


THEIRS = programs_of(BUILD)


def require_programs(ours, theirs, programs=THEIRS):
    require(ours, "swift build -c release --product llmops")
    require(programs / theirs, "Benchmarks/peers/build-llama-cpp")


def run(arguments):
    """Standard output and standard error of a program that must succeed."""
    arguments = [str(argument) for argument in arguments]
    result = subprocess.run(arguments, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"error: {' '.join(arguments)} ended with {result.returncode}:\n{result.stderr[-2000:]}")
    return result.stdout, result.stderr
