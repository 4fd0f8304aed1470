// Trains a byte-level BPE tokenizer, saves it as tokenizer.json, and shows what it does with a sentence.
//
//     swift run -c release TrainTokenizer [TEXT FILE] [OUT]
import Foundation
import LLMTokenizer
import ServiceDeskWorld

let arguments = CommandLine.arguments
let texts: [String]
if arguments.count > 1 {
    texts = try String(contentsOfFile: arguments[1], encoding: .utf8).split(separator: "\n").map(String.init)
} else {
    texts = ServiceDeskWorld(.init(seed: 1, recordCount: 400)).records.map(\.text)
}
let out = arguments.count > 2 ? arguments[2] : NSTemporaryDirectory() + "tokenizer.json"

let trainer = BPETrainer(.init(vocabularySize: 1024, specialTokens: ["<|endoftext|>"]))
let trained = try trainer.train(texts: texts)
try trained.save(path: out)
print("\(trained.summary.vocabularySize) tokens from \(trained.summary.byteCount) bytes, saved as \(out)")

// Any Hugging Face tool loads the file; so does this library.
let tokenizer = try TokenizerLoader.load(path: out)
let ids = tokenizer.encode("The printer on floor 2 is jammed.")
print(ids.map { tokenizer.decode([$0]) })
print(tokenizer.decode(ids))
