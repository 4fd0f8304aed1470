import LLMTensor

extension TokenizerSurgery {
    /// Leaves out tokens. Those that others need stay: added tokens, what a template puts in, the unknown token, single
    /// characters and bytes, and with BPE whatever a kept token is merged from.
    ///
    /// Text is still tokenized without loss; it takes more tokens where one is missing.
    ///
    /// - Parameter kept: ids as they are now, for instance those that ``TokenStatistics`` has seen.
    /// - Throws: ``TokenizerError`` when the vocabulary cannot be trimmed.
    public mutating func trim(keeping kept: Set<TokenID>) throws(TokenizerError) {
        let tokens = tokens
        var stays = Set(kept.map { Int($0) }.filter { $0 >= 0 && $0 < rows.count })
        stays.formUnion(added.map(\.id))
        stays.formUnion(referenced())
        let unknown = model["unk_token"]?.stringValue
        let prefix = model["continuing_subword_prefix"]?.stringValue ?? ""
        for token in tokens {
            let text = token.content
            let bare = !prefix.isEmpty && text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
            let isByte = ByteFallbackDecoder.byte(Array(text.utf8)) != nil
            if text == unknown || isByte || bare.unicodeScalars.count <= 1 { stays.insert(token.id) }
        }
        if let id = model["unk_id"]?.integerValue { stays.insert(id) }
        let merges = try mergedIDs(tokens)
        if let merges { close(&stays, merges, tokens) }

        let vocabulary = tokens.filter { stays.contains($0.id) }.sorted { $0.id < $1.id }
        let inVocabulary = Set(tokens.map(\.id))
        let others = added.filter { !inVocabulary.contains($0.id) }.sorted { $0.id < $1.id }
        var places: [Int: Int] = [:]
        var newRows: [TokenID?] = []
        for token in vocabulary + others where places[token.id] == nil {
            places[token.id] = newRows.count
            newRows.append(token.id < rows.count ? rows[token.id] : nil)
        }
        rewriteModel(vocabulary, places, merges)
        rewriteReferences(places)
        rows = newRows
    }

    /// The merges as ids: left, right, what they make; nil for other models.
    private func mergedIDs(_ tokens: [(content: String, id: Int)]) throws(TokenizerError) -> [(Int, Int, Int)]? {
        guard let list = model["merges"]?.arrayValue else { return nil }
        let ids = Dictionary(tokens.map { (Array($0.content.utf8), $0.id) }) { first, _ in first }
        let prefix = Array((model["continuing_subword_prefix"]?.stringValue ?? "").utf8)
        var result: [(Int, Int, Int)] = []
        for (index, merge) in list.enumerated() {
            var parts = (merge.arrayValue ?? []).map { Array(($0.stringValue ?? "").utf8) }
            if let text = merge.stringValue {
                parts = Array(text.utf8).split(separator: 0x20, maxSplits: 1).map(Array.init)
            }
            guard parts.count == 2, let left = ids[parts[0]], let right = ids[parts[1]],
                let both = ids[parts[0] + parts[1].dropFirst(prefix.count)]
            else { throw .invalid(source: source, key: "model.merges[\(index)]", reason: "not two known tokens") }
            result.append((left, right, both))
        }
        return result
    }

    /// Keeps what no merge makes, and the parts of what is kept.
    private func close(_ stays: inout Set<Int>, _ merges: [(Int, Int, Int)], _ tokens: [(content: String, id: Int)]) {
        let made = Set(merges.map(\.2))
        for token in tokens where !made.contains(token.id) { stays.insert(token.id) }
        var changes = true
        while changes {
            changes = false
            for (left, right, both) in merges.reversed() where stays.contains(both) {
                if stays.insert(left).inserted { changes = true }
                if stays.insert(right).inserted { changes = true }
            }
        }
    }

    private mutating func rewriteModel(
        _ vocabulary: [(content: String, id: Int)], _ places: [Int: Int], _ merges: [(Int, Int, Int)]?
    ) {
        if let list = model["vocab"]?.arrayValue {
            model["vocab"] = .array(vocabulary.map { list[$0.id] })
            if let unknown = model["unk_id"]?.integerValue, let place = places[unknown] {
                model["unk_id"] = .integer(Int64(place))
            }
            return
        }
        var members = JSONObject()
        for token in vocabulary { members[token.content] = .integer(Int64(places[token.id] ?? 0)) }
        model["vocab"] = .object(members)
        guard let merges, let list = model["merges"]?.arrayValue else { return }
        model["merges"] = .array(
            zip(list, merges).filter { places[$1.0] != nil && places[$1.1] != nil && places[$1.2] != nil }.map(\.0))
    }

    /// The ids that post-processing and padding name.
    private func referenced() -> Set<Int> {
        var result: Set<Int> = []
        if let value = document["post_processor"] {
            _ = Self.mapped(value) {
                result.insert($0)
                return $0
            }
        }
        if let pad = document["padding"]?["pad_id"]?.integerValue, pad < rows.count { result.insert(pad) }
        return result
    }

    private mutating func rewriteReferences(_ places: [Int: Int]) {
        let list = (document["added_tokens"]?.arrayValue ?? []).map { token -> JSONValue in
            guard var members = token.objectValue, let place = members["id"]?.integerValue.flatMap({ places[$0] })
            else { return token }
            members["id"] = .integer(Int64(place))
            return .object(members)
        }
        document["added_tokens"] = .array(list)
        if let value = document["post_processor"] {
            document["post_processor"] = Self.mapped(value) { places[$0] ?? $0 }
        }
        if var padding = document["padding"]?.objectValue, let pad = padding["pad_id"]?.integerValue {
            padding["pad_id"] = .integer(Int64(places[pad] ?? pad))
            document["padding"] = .object(padding)
        }
    }

    /// A post-processor with other ids.
    private static func mapped(_ value: JSONValue, _ id: (Int) -> Int) -> JSONValue {
        guard var members = value.objectValue else { return value }
        if let steps = members["processors"]?.arrayValue {
            members["processors"] = .array(steps.map { mapped($0, id) })
        }
        for key in ["sep", "cls"] {
            if let pair = members[key]?.arrayValue, pair.count == 2, let old = pair[1].integerValue {
                members[key] = .array([pair[0], .integer(Int64(id(old)))])
            }
        }
        if var special = members["special_tokens"]?.objectValue {
            for (name, token) in special.members {
                guard var entry = token.objectValue, let ids = entry["ids"]?.arrayValue else { continue }
                entry["ids"] = .array(ids.map { old in old.integerValue.map { .integer(Int64(id($0))) } ?? old })
                special[name] = .object(entry)
            }
            members["special_tokens"] = .object(special)
        }
        return .object(members)
    }
}
