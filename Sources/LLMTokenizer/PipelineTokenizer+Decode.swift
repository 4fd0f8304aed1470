extension PipelineTokenizer {
    func decodeBytes(_ ids: [TokenID], skipSpecialTokens: Bool) -> [UInt8] {
        var result: [UInt8] = []
        var tokens: [[UInt8]] = []
        let special = skippedTokens
        for id in ids {
            if skipSpecialTokens, special.contains(id) { continue }
            guard let token = parts.tokenTexts.isEmpty ? rawToken(id) : parts.tokenTexts[id] ?? rawToken(id) else {
                continue
            }
            if parts.literalTokens.contains(id) {
                decode(&tokens, into: &result)
                result += token
            } else {
                tokens.append(token)
            }
        }
        decode(&tokens, into: &result)
        return result
    }

    private func decode(_ tokens: inout [[UInt8]], into result: inout [UInt8]) {
        guard !tokens.isEmpty else { return }
        if let decoder = parts.decoder {
            decoder.apply(&tokens)
            for token in tokens { result += token }
        } else {
            for (index, token) in tokens.enumerated() {
                if index > 0 { result += parts.joiner }
                result += token
            }
        }
        tokens.removeAll()
    }

    func bytes(of id: TokenID) -> [UInt8]? {
        guard rawToken(id) != nil else { return nil }
        return decodeBytes([id], skipSpecialTokens: false)
    }
}
