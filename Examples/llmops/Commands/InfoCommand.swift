#if CommandLine
    import ArgumentParser
    import LLMModel

    struct InfoCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "info", abstract: "Say what a model file holds.")

        @Argument(help: "GGUF file or Hugging Face directory.")
        var model: String

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() throws {
            let object = try ModelInformation.read(path: model).output
            if json {
                try object.printJSON()
            } else {
                for member in object.members {
                    let padding = String(repeating: " ", count: max(1, 18 - member.key.utf8.count))
                    try StandardStreams.write(member.key + padding + member.value.plainText + "\n")
                }
            }
        }
    }

    extension ModelInformation {
        /// What `info` prints.
        var output: OutputObject {
            var elements: OutputObject = [:]
            for share in quantization.types { elements.append("\(share.type)", .integer(share.elementCount)) }
            return [
                "format": .text(format),
                "architecture": .optional(architecture),
                "name": .optional(name),
                "parameters": .integer(parameterCount),
                "quantization": .text(quantization.name),
                "bits_per_weight": .number(quantization.bitsPerWeight),
                "elements_by_type": .object(elements),
                "layers": .optional(layerCount),
                "hidden_size": .optional(hiddenSize),
                "context_length": .optional(contextLength),
                "tokenizer": .optional(tokenizer),
                "vocabulary_size": .optional(vocabularySize),
                "chat_template": .boolean(hasChatTemplate),
                "licence": .optional(licence),
                "bytes": .integer(byteCount),
            ]
        }
    }
#endif
