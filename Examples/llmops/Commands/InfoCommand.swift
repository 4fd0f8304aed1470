#if CommandLine
    import ArgumentParser
    import LLMTensor

    struct InfoCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "info", abstract: "Say what a model file holds.")

        @Argument(help: "GGUF file or Hugging Face directory.")
        var model: String

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() throws {
            guard SystemCall.kind(of: model) != nil else {
                throw CommandFailure(.missingInput, "\(model): no such file or directory")
            }
            let description = try GGUFDescription(GGUFFile(path: model))
            if json {
                try description.object.printJSON()
            } else {
                for member in description.object.members {
                    let name = member.key + String(repeating: " ", count: max(1, 18 - member.key.utf8.count))
                    try StandardStreams.write(name + member.value.plainText + "\n")
                }
            }
        }
    }

    /// What `info` says of a GGUF file.
    struct GGUFDescription {
        let object: OutputObject

        init(_ file: GGUFFile) throws {
            let architecture = file.metadata["general.architecture"]?.string
            func number(_ key: String) -> OutputValue {
                .optional(architecture.flatMap { file.metadata["\($0).\(key)"]?.integer })
            }
            var elements: [ElementType: Int] = [:]
            var bytes: [ElementType: Int] = [:]
            for tensor in file.tensors {
                elements[tensor.elementType, default: 0] += tensor.shape.reduce(1, *)
                bytes[tensor.elementType, default: 0] += tensor.byteCount
            }
            let largest = bytes.max { $0.value < $1.value }?.key
            var tensors: OutputObject = [:]
            for (type, count) in elements.sorted(by: { $0.value > $1.value }) {
                tensors.append("\(type)", .integer(count))
            }
            object = [
                "format": .text("gguf"),
                "architecture": .optional(architecture),
                "name": .optional(file.metadata["general.name"]?.string),
                "parameters": .integer(elements.values.reduce(0, +)),
                "quantization": .optional(largest.map { "\($0)" }),
                "elements_by_type": .object(tensors),
                "layers": number("block_count"),
                "context_length": number("context_length"),
                "hidden_size": number("embedding_length"),
                "tokenizer": .object([
                    "model": .optional(file.metadata["tokenizer.ggml.model"]?.string),
                    "pre": .optional(file.metadata["tokenizer.ggml.pre"]?.string),
                    "vocabulary_size": .optional(file.metadata["tokenizer.ggml.tokens"]?.array?.count),
                ]),
                "chat_template": .boolean(file.metadata["tokenizer.chat_template"]?.string != nil),
                "licence": .optional(file.metadata["general.license"]?.string),
                "bytes": .integer(file.storage.bytes.count),
            ]
        }
    }
#endif
