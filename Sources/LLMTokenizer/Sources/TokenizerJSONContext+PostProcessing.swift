import LLMTensor

extension TokenizerJSONContext {
    func postProcessor(_ value: JSONValue?) throws(TokenizerError) -> PostProcessor {
        guard let node = value.flatMap({ JSONNode($0, source: source).ifPresent }) else { return PostProcessor() }
        return try reading {
            var stages: [PostProcessor.Stage] = []
            try postProcessor(node, &stages)
            guard let result = PostProcessor(stages: stages) else {
                throw TokenizerError.unsupported(
                    source: source, key: "post_processor", value: "a template behind another processor's parts")
            }
            return result
        }
    }

    private func postProcessor(_ node: JSONNode, _ stages: inout [PostProcessor.Stage]) throws {
        let type = try node["type"].string()
        switch type {
        case "Sequence":
            for step in try node["processors"].elements() { try postProcessor(step, &stages) }
        case "ByteLevel": break
        case "TemplateProcessing": stages.append(try template(node))
        case "BertProcessing": stages.append(.bert(cls: try id(of: node["cls"]), sep: try id(of: node["sep"])))
        case "RobertaProcessing": stages.append(.roberta(cls: try id(of: node["cls"]), sep: try id(of: node["sep"])))
        default: throw unsupported("post_processor.type", type)
        }
    }

    private func id(of pair: JSONNode) throws -> TokenID {
        let value = try pair[1].integer()
        guard let id = TokenID(exactly: value) else { throw pair.error(expected: "an id") }
        return id
    }

    private func template(_ node: JSONNode) throws -> PostProcessor.Stage {
        let special = node["special_tokens"]
        func pieces(_ list: JSONNode) throws -> [[PostProcessor.Piece]] {
            var result: [[PostProcessor.Piece]] = []
            for item in try list.elements() {
                if let sequence = item["Sequence"].ifPresent {
                    let type = Int32(truncatingIfNeeded: try sequence["type_id"].integer())
                    result.append([try sequence["id"].string() == "A" ? .first(type: type) : .second(type: type)])
                } else {
                    let token = item["SpecialToken"]
                    let type = Int32(truncatingIfNeeded: try token["type_id"].integer())
                    let ids = try special[try token["id"].string()]["ids"].elements()
                    result.append(
                        try ids.map { .special(TokenID(truncatingIfNeeded: try $0.integer()), type: type) })
                }
            }
            return result
        }
        return .template(single: try pieces(node["single"]), pair: try pieces(node["pair"]))
    }

    /// How offsets leave white space out: once for each step that does that.
    func trimmings(_ value: JSONValue?) -> [OffsetTrimming] {
        var result: [OffsetTrimming] = []
        var isBehindSpecial = false
        if let value { trimmings(JSONNode(value, source: source), &result, &isBehindSpecial) }
        return result
    }

    private func trimmings(_ node: JSONNode, _ result: inout [OffsetTrimming], _ isBehindSpecial: inout Bool) {
        let type = try? node["type"].string()
        switch type {
        case "Sequence":
            for step in (try? node["processors"].elements()) ?? [] { trimmings(step, &result, &isBehindSpecial) }
        case "BertProcessing": isBehindSpecial = true
        case "ByteLevel", "RobertaProcessing":
            if (try? node["trim_offsets"].bool()) ?? true {
                let keeps = (try? node["add_prefix_space"].bool()) ?? true
                result.append(OffsetTrimming(keepsAddedSpace: keeps, isBehindSpecial: isBehindSpecial))
            }
            if type == "RobertaProcessing" { isBehindSpecial = true }
        default: break
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
