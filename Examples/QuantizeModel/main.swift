// Stores a model with fewer bits and says what that costs on a text.
//
//     swift run -c release QuantizeModel MODEL OUT.gguf [TYPE] [TEXT FILE]
import Foundation
import LLMEval
import LLMModel
import LLMTokenizer

let arguments = CommandLine.arguments
guard arguments.count > 2, let mixture = QuantizationMixture(name: arguments.count > 3 ? arguments[3] : "Q4_K_M") else {
    FileHandle.standardError.write(Data("usage: QuantizeModel MODEL OUT.gguf [TYPE] [TEXT FILE]\n".utf8))
    exit(64)
}
let (path, out) = (arguments[1], arguments[2])
try ModelQuantizer(mixture: mixture).quantize(GGUFExport(modelAt: path), to: out)

let text =
    arguments.count > 4
    ? try String(contentsOfFile: arguments[4], encoding: .utf8)
    : """
    The sky is blue because air scatters blue light more than red light. At sunset the light has a longer way \
    through the air, and more of the blue is lost, so that the sun looks red.
    """
for file in [path, out] {
    let model = try ModelBundle.load(path: file)
    let session = try DecoderSession(model: model.decoder)
    let result = try PerplexityEvaluation(protocol: .strided(context: 512, stride: 256)).run(
        tokens: model.tokenizer.encode(text), source: session,
        byteCount: { model.tokenizer.bytes(of: $0)?.count ?? 0 })
    print("\(file): perplexity \(result.perplexity) (\(result.signature))")
}
