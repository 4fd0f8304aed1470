import LLMTensor

/// Reads `tokenizer.json` of the Hugging Face `tokenizers` library.
enum TokenizerJSON {
    /// What the file holds, the model apart.
    struct Document {
        var sections: [String: JSONValue] = [:]
        var model: TokenizerJSONModel?
    }

    /// The file is closed before anything is made of what it holds, so that not both are in memory.
    static func load(path: String) throws(TokenizerError) -> PipelineTokenizer.Parts {
        let content = try SourceFile.reading(path) { bytes throws(TokenizerError) -> Document in
            try document(bytes, path)
        }
        return try parts(content, source: path)
    }

    static func load(bytes: UnsafeRawBufferPointer, source: String) throws(TokenizerError) -> PipelineTokenizer.Parts {
        try parts(try document(bytes, source), source: source)
    }

    private static func document(_ bytes: UnsafeRawBufferPointer, _ source: String) throws(TokenizerError) -> Document {
        do {
            return try read(bytes, source)
        } catch let error as TokenizerError {
            throw error
        } catch {
            throw .unreadable(path: source, reason: "\(error)")
        }
    }

    private static func parts(
        _ document: Document, source: String
    ) throws(TokenizerError) -> PipelineTokenizer.Parts {
        guard let model = document.model, let vocabulary = model.vocabulary else {
            throw .missing(source: source, key: "model")
        }
        let context = TokenizerJSONContext(source: source)
        var steps = try context.preTokenizer(document.sections["pre_tokenizer"])
        let normalizer = try context.normalizer(document.sections["normalizer"])
        let addedTokens = try context.addedTokens(document.sections["added_tokens"])
        // Where the byte alphabet comes last, bytes themselves do: the vocabulary is turned instead of the text.
        var isByteLevel = false
        if case .byteAlphabet? = steps.last, model.canReadBytes(vocabulary) {
            isByteLevel = true
            steps.removeLast()
        }
        let made = try model.model(
            vocabulary, source: source, isByteLevel: isByteLevel, findsSeams: steps.isEmpty && !isByteLevel)
        var parts = PipelineTokenizer.Parts(vocabulary: vocabulary, model: made)
        parts.addedTokens = addedTokens
        parts.normalizer = normalizer
        parts.preTokenizer = PreTokenizer(steps: steps).withScanners
        parts.postProcessor = try context.postProcessor(document.sections["post_processor"])
        parts.trimmings = context.trimmings(document.sections["post_processor"])
        parts.decoder = try context.decoder(document.sections["decoder"])
        parts.joiner = [0x20]
        parts.truncation = try context.truncation(document.sections["truncation"])
        parts.padding = try context.padding(document.sections["padding"])
        parts.specialTokens = specialTokens(addedTokens, model.unknown(in: vocabulary), parts.postProcessor)
        return parts
    }

    private static func read(_ bytes: UnsafeRawBufferPointer, _ source: String) throws -> Document {
        guard bytes.count < 1 << 31 else {
            throw TokenizerError.unreadable(path: source, reason: "larger than 2 GiB")
        }
        var reader = JSONReader(bytes: bytes, source: source)
        var document = Document()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            if key == "model" {
                document.model = try TokenizerJSONModel(&reader, source: source, fileSize: bytes.count)
            } else {
                let name = key.string
                document.sections[name] = try reader.readValue()
            }
        }
        try reader.finish()
        return document
    }

    /// Which tokens are what: the file does not say, their names do.
    private static func specialTokens(
        _ added: [AddedToken], _ unknown: TokenID?, _ postProcessor: PostProcessor
    ) -> SpecialTokens {
        func first(_ names: [String]) -> TokenID? {
            for name in names {
                if let token = added.first(where: { $0.content == Array(name.utf8) }) { return token.id }
            }
            return nil
        }
        var special = SpecialTokens(
            bos: first(["<s>", "<|begin_of_text|>", "<bos>", "<|startoftext|>", "<｜begin▁of▁sentence｜>"]),
            eos: first([
                "</s>", "<|end_of_text|>", "<eos>", "<|endoftext|>", "<｜end▁of▁sentence｜>", "<|im_end|>",
            ]),
            unk: unknown, pad: first(["<pad>", "[PAD]", "<|pad|>", "<|finetune_right_pad_id|>"]))
        special.cls = first(["[CLS]"])
        special.sep = first(["[SEP]"])
        special.mask = first(["[MASK]", "<mask>"])
        special.all = Set(added.filter(\.isSpecial).map(\.id))
        let ends = Set(EndOfGeneration.names.map { Array($0.utf8) })
        special.endOfGeneration = Set(added.filter { ends.contains($0.content) && $0.isSpecial }.map(\.id))
        if let eos = special.eos { special.endOfGeneration.insert(eos) }
        special.addsBeginning = special.bos.map { postProcessor.prefix.contains($0) } ?? false
        special.addsEnd = special.eos.map { postProcessor.suffix.contains($0) } ?? false
        return special
    }
}
