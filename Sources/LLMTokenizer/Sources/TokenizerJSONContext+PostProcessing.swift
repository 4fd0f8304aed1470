import LLMTensor

extension TokenizerJSONContext {
    func postProcessor(_ value: JSONValue?) throws(TokenizerError) -> PostProcessor {
        guard let node = value.flatMap({ JSONNode($0, source: source).ifPresent }) else { return PostProcessor() }
        return try reading {
            var result = PostProcessor()
            try postProcessor(node, &result)
            return result
        }
    }

    private func postProcessor(_ node: JSONNode, _ result: inout PostProcessor) throws {
        let type = try node["type"].string()
        switch type {
        case "Sequence":
            for step in try node["processors"].elements() { try postProcessor(step, &result) }
        case "ByteLevel": break
        case "TemplateProcessing": result = try template(node)
        case "BertProcessing", "RobertaProcessing":
            let sep = try id(of: node["sep"])
            let cls = try id(of: node["cls"])
            let isBert = type == "BertProcessing"
            result.single = [.special(cls, type: 0), .first(type: 0), .special(sep, type: 0)]
            result.pair = [.special(cls, type: 0), .first(type: 0), .special(sep, type: 0)]
            if !isBert { result.pair.append(.special(sep, type: 0)) }
            result.pair += [.second(type: isBert ? 1 : 0), .special(sep, type: isBert ? 1 : 0)]
        default: throw unsupported("post_processor.type", type)
        }
    }

    private func id(of pair: JSONNode) throws -> TokenID {
        let value = try pair[1].integer()
        guard let id = TokenID(exactly: value) else { throw pair.error(expected: "an id") }
        return id
    }

    private func template(_ node: JSONNode) throws -> PostProcessor {
        let special = node["special_tokens"]
        func pieces(_ list: JSONNode) throws -> [PostProcessor.Piece] {
            var result: [PostProcessor.Piece] = []
            for item in try list.elements() {
                if let sequence = item["Sequence"].ifPresent {
                    let type = Int32(truncatingIfNeeded: try sequence["type_id"].integer())
                    result.append(try sequence["id"].string() == "A" ? .first(type: type) : .second(type: type))
                } else {
                    let token = item["SpecialToken"]
                    let type = Int32(truncatingIfNeeded: try token["type_id"].integer())
                    for id in try special[try token["id"].string()]["ids"].elements() {
                        result.append(.special(TokenID(truncatingIfNeeded: try id.integer()), type: type))
                    }
                }
            }
            return result
        }
        return PostProcessor(single: try pieces(node["single"]), pair: try pieces(node["pair"]))
    }

    /// How offsets leave white space out, if some step does that.
    func trimming(_ value: JSONValue?) -> OffsetTrimming? {
        guard let node = value.flatMap({ JSONNode($0, source: source).ifPresent }) else { return nil }
        switch try? node["type"].string() {
        case "Sequence":
            return ((try? node["processors"].elements()) ?? []).compactMap { trimming($0.value) }.first
        case "ByteLevel", "RobertaProcessing":
            guard (try? node["trim_offsets"].bool()) ?? true else { return nil }
            return OffsetTrimming(keepsAddedSpace: (try? node["add_prefix_space"].bool()) ?? true)
        default: return nil
        }
    }

    func truncation(_ value: JSONValue?) throws(TokenizerError) -> Truncation? {
        guard let node = value.flatMap({ JSONNode($0, source: source).ifPresent }) else { return nil }
        return try reading {
            var result = Truncation(maximumLength: try node["max_length"].integer())
            result.stride = try node["stride"].ifPresent?.integer() ?? 0
            switch try node["strategy"].ifPresent?.string() ?? "LongestFirst" {
            case "LongestFirst": result.strategy = .longestFirst
            case "OnlyFirst": result.strategy = .onlyFirst
            case "OnlySecond": result.strategy = .onlySecond
            case let other: throw unsupported("truncation.strategy", other)
            }
            result.side = try node["direction"].ifPresent?.string() == "Left" ? .left : .right
            return result
        }
    }

    func padding(_ value: JSONValue?) throws(TokenizerError) -> Padding? {
        guard let node = value.flatMap({ JSONNode($0, source: source).ifPresent }) else { return nil }
        return try reading {
            var result = Padding()
            if let fixed = node["strategy"]["Fixed"].ifPresent { result.length = .fixed(try fixed.integer()) }
            result.side = try node["direction"].ifPresent?.string() == "Left" ? .left : .right
            result.multiple = try node["pad_to_multiple_of"].ifPresent?.integer()
            result.id = TokenID(truncatingIfNeeded: try node["pad_id"].ifPresent?.integer() ?? 0)
            result.typeID = Int32(truncatingIfNeeded: try node["pad_type_id"].ifPresent?.integer() ?? 0)
            return result
        }
    }
}
