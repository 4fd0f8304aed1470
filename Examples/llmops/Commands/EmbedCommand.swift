#if CommandLine
    public import ArgumentParser
    public import LLMModel
    import LLMTensor

    extension Pooling: ExpressibleByArgument {}

    struct EmbedCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "embed", abstract: "Turn every line of a text into a vector.",
            discussion: """
                MODEL is a Hugging Face directory of the BERT, RoBERTa or DistilBERT family. Pooling and normalization \
                come from the model's own files. With --out the vectors go to a NumPy file, float32 [lines, dimension].
                """)

        @Option(help: "Hugging Face directory of an encoder.")
        var model: String

        @Option(help: "Text with one segment per line; - reads standard input.")
        var input: String

        @Option(help: ArgumentHelp("The file to write.", valueName: "file.npy"))
        var out: String?

        @Option(help: "How token vectors become one, instead of what the model's files say.")
        var pooling: Pooling?

        @Option(help: "How exactly products are computed: int8 weights, bfloat16 weights, float32.")
        var compute: ComputeMode = .fast

        @Option(name: [.customShort("t"), .long], help: "Threads; all processors when left out.")
        var threads: Int?

        @Option(help: "Lines embedded at once.")
        var batch = 256

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if let threads, !(1...1024).contains(threads) {
                throw ValidationError("--threads is \(threads), expected 1 to 1024")
            }
            if batch < 1 { throw ValidationError("--batch is \(batch), expected at least 1") }
        }

        func run() throws {
            let lines = try InputText.lines(path: input)
            var embedder = try TextEmbedder.load(path: model, compute: compute.encoder, threads: threads)
            if let pooling { embedder.poolings = [pooling] }
            let start = ContinuousClock.now
            let file = try out.map { try NumpyFile(path: $0, rows: lines.count, columns: embedder.dimension) }
            var vectors: [OutputValue] = []
            var progress = ProgressLine()
            var first = 0
            while first < lines.count {
                let end = min(first + batch, lines.count)
                for vector in try embedder.embed(Array(lines[first..<end])) {
                    if let file {
                        try vector.withUnsafeBufferPointer { try file.append($0) }
                    } else {
                        vectors.append(.numbers(vector.map { $0.shortestDouble }))
                    }
                }
                first = end
                progress.show("\(first) of \(lines.count) lines")
            }
            try file?.finish()
            progress.clear()
            let seconds = (ContinuousClock.now - start).seconds
            if json {
                var object: OutputObject = [
                    "count": .integer(lines.count), "dimension": .integer(embedder.dimension),
                    "seconds": .number(seconds),
                ]
                if let out {
                    object.append("out", .text(out))
                } else {
                    object.append("embeddings", .array(vectors))
                }
                try object.printJSON()
            } else if let out {
                Console.note("\(out): float32 [\(lines.count), \(embedder.dimension)]")
            } else {
                for vector in vectors {
                    var bytes: [UInt8] = []
                    vector.write(to: &bytes)
                    try StandardStreams.write(bytes + [UInt8(ascii: "\n")])
                }
            }
        }
    }

    extension Float {
        /// The double with the fewest digits that reads back as this number.
        fileprivate var shortestDouble: Double { Double(description) ?? Double(self) }
    }

    extension ComputeMode {
        /// What the mode means for an encoder.
        fileprivate var encoder: EncoderCompute {
            switch self {
            case .fast: .int8
            case .precise: .bfloat16
            case .exact: .exact
            }
        }
    }
#endif
