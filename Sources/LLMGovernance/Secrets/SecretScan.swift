/// One pass over a text in search of secrets.
struct SecretScan {
    let bytes: UnsafePointer<UInt8>
    let count: Int
    var findings: [Finding] = []
    let table = SecretFormatTable.standard

    init(bytes: UnsafePointer<UInt8>, count: Int) {
        self.bytes = bytes
        self.count = count
    }

    mutating func run() {
        let bytes = bytes
        var index = 0
        var runEnd = 0
        while index < count {
            let byte = bytes[index]
            guard ByteClass.isWord(byte) else {
                switch byte {
                case UInt8(ascii: "="): assignment(at: index)
                case UInt8(ascii: ":"):
                    if index + 2 < count, bytes[index + 1] == UInt8(ascii: "/"), bytes[index + 2] == UInt8(ascii: "/") {
                        credentialsInURL(colon: index)
                    } else {
                        assignment(at: index)
                    }
                case UInt8(ascii: "-"):
                    if index + 14 < count, bytes[index + 1] == UInt8(ascii: "-"), bytes[index + 5] == UInt8(ascii: "B")
                    {
                        index = max(index, privateKey(at: index) - 1)
                    }
                default: break
                }
                index += 1
                continue
            }
            if index >= runEnd {
                runEnd = endOfRun(index)
                if runEnd - index >= HighEntropy.shortest { highEntropy(index..<runEnd) }
            }
            let start = index
            repeat {
                index += 1
            } while index < count && (ByteClass.isWord(bytes[index]) || bytes[index] == UInt8(ascii: "_"))
            if start == 0 || bytes[start - 1] != UInt8(ascii: "_") && bytes[start - 1] < 0x80 {
                if start + 1 < count { token(start, index) }
            }
            if index - start == 2, bytes[start] | 0x20 == UInt8(ascii: "i"),
                bytes[start + 1] | 0x20 == UInt8(ascii: "s")
            {
                spokenPassword(start, index)
            }
        }
    }

    mutating func add(_ kind: String, _ range: Range<Int>, _ score: Double, _ rule: String) {
        findings.append(Finding(kind: kind, range: range, score: min(1, score), rule: rule))
    }

    private func endOfRun(_ start: Int) -> Int {
        var index = start
        while index < count, HighEntropy.isRunByte(bytes[index]) { index += 1 }
        return index
    }

    /// A token of a known form that starts here.
    private mutating func token(_ start: Int, _ wordEnd: Int) {
        if bytes[start] == UInt8(ascii: "e"), bytes[start + 1] == UInt8(ascii: "y") { webToken(start) }
        if ByteClass.isDigit(bytes[start]), wordEnd < count, bytes[wordEnd] == UInt8(ascii: ":") {
            telegramToken(start, wordEnd)
        }
        guard let formats = table.formats(bytes[start], bytes[start + 1]) else { return }
        for format in formats where hasPrefix(format.prefix, at: start) {
            let body = start + format.prefix.count
            var end = body
            let limit = min(count, body + format.length.upperBound + 1)
            while end < limit, format.alphabet.contains(bytes[end]) { end += 1 }
            guard format.length.contains(end - body) else { continue }
            // A full stop at the end is the sentence's.
            while end > body, bytes[end - 1] == UInt8(ascii: ".") || bytes[end - 1] == UInt8(ascii: "-") { end -= 1 }
            if end < count, ByteClass.isWord(bytes[end]) || bytes[end] == UInt8(ascii: "_") { continue }
            let text = UnsafeBufferPointer(start: bytes + body, count: end - body)
            guard format.length.lowerBound <= text.count, !Placeholder.isFiller(text) else { continue }
            let isExample = Placeholder.callsItselfExample(text)
            add(format.kind, start..<end, isExample ? 0.5 : format.score, "token-format")
            return
        }
    }

    func hasPrefix(_ prefix: [UInt8], at start: Int) -> Bool {
        guard start + prefix.count <= count else { return false }
        for (offset, byte) in prefix.enumerated() where bytes[start + offset] != byte { return false }
        return true
    }

    /// `{"alg":...}.{...}.signature` in base 64. Source: RFC 7519.
    private mutating func webToken(_ start: Int) {
        guard start + 20 < count, bytes[start + 2] == UInt8(ascii: "J"),
            start == 0 || !SecretFormat.Alphabet.dotted.contains(bytes[start - 1])
        else { return }
        var index = start
        var dots = 0
        var partStart = start
        var payloadStart = count
        while index < count, index - start < 8192, SecretFormat.Alphabet.dotted.contains(bytes[index]) {
            if bytes[index] == UInt8(ascii: ".") {
                guard dots < 2, index - partStart >= 10 else { break }
                dots += 1
                partStart = index + 1
                if dots == 1 { payloadStart = partStart }
            }
            index += 1
        }
        guard dots >= 1 else { return }
        let hasSignature = dots == 2 && index - partStart >= 10
        let isPayload = hasPrefix([UInt8(ascii: "e"), UInt8(ascii: "y")], at: payloadStart)
        guard hasSignature || isPayload else { return }
        add("JWT", start..<index, hasSignature ? 0.95 : 0.6, "jwt")
    }

    /// `123456789:AA...`, a bot's token.
    private mutating func telegramToken(_ start: Int, _ wordEnd: Int) {
        guard (8...10).contains(wordEnd - start), hasPrefix(Array("AA".utf8), at: wordEnd + 1) else { return }
        for index in start..<wordEnd where !ByteClass.isDigit(bytes[index]) { return }
        var end = wordEnd + 1
        while end < count, end - wordEnd <= 40, SecretFormat.Alphabet.url.contains(bytes[end]) { end += 1 }
        guard end - wordEnd - 1 == 35 else { return }
        add("TELEGRAM_TOKEN", start..<end, 0.9, "token-format")
    }

    /// A private key in PEM armour: the whole block, or its first line when the end is missing. Returns where the scan goes on.
    private mutating func privateKey(at start: Int) -> Int {
        guard hasPrefix(Array("-----BEGIN ".utf8), at: start) else { return start }
        var index = start + 11
        let lineLimit = min(count, index + 64)
        while index < lineLimit, bytes[index] != UInt8(ascii: "-"), bytes[index] >= 0x20 { index += 1 }
        let label = UnsafeBufferPointer(start: bytes + start + 11, count: index - start - 11)
        guard
            String(decoding: label, as: UTF8.self).utf8.suffix(17).elementsEqual("PRIVATE KEY BLOCK".utf8)
                || label.suffix(11).elementsEqual("PRIVATE KEY".utf8), hasPrefix(Array("-----".utf8), at: index)
        else { return start }
        index += 5
        var end = index
        let limit = min(count, index + 32768)
        while end < limit {
            if bytes[end] == UInt8(ascii: "-"), hasPrefix(Array("-----".utf8), at: end) {
                guard hasPrefix(Array("-----END ".utf8), at: end) else { break }
                end += 9
                while end < limit, bytes[end] != UInt8(ascii: "-"), bytes[end] != 0x0A { end += 1 }
                if hasPrefix(Array("-----".utf8), at: end) { end += 5 }
                add("PRIVATE_KEY", start..<end, 1, "pem")
                return end
            }
            end += 1
        }
        add("PRIVATE_KEY", start..<index, 0.8, "pem-header")
        return index
    }

    /// `scheme://user:password@host`: the password.
    private mutating func credentialsInURL(colon: Int) {
        var schemeStart = colon
        while schemeStart > 0, colon - schemeStart < 24,
            ByteClass.isWord(bytes[schemeStart - 1]) || bytes[schemeStart - 1] == UInt8(ascii: "+")
        {
            schemeStart -= 1
        }
        guard schemeStart < colon else { return }
        var index = colon + 3
        var passwordStart: Int?
        let limit = min(count, index + 256)
        var at: Int?
        while index < limit {
            let byte = bytes[index]
            if byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: "`") {
                break
            }
            if byte == UInt8(ascii: "/") && passwordStart == nil { break }
            if byte == UInt8(ascii: ":"), passwordStart == nil { passwordStart = index + 1 }
            if byte == UInt8(ascii: "/"), at == nil, index + 1 < limit, bytes[index + 1] == UInt8(ascii: "/") { break }
            if byte == UInt8(ascii: "@") {
                at = index
                break
            }
            index += 1
        }
        guard let passwordStart, let at, at > passwordStart else { return }
        let text = UnsafeBufferPointer(start: bytes + passwordStart, count: at - passwordStart)
        guard !Placeholder.isTemplate(text) else { return }
        let isPlaceholder = Placeholder.isPlaceholder(text)
        let scheme = String(
            decoding: UnsafeBufferPointer(start: bytes + schemeStart, count: colon - schemeStart), as: UTF8.self
        ).lowercased()
        let isDatabase = Self.databases.contains { scheme.hasPrefix($0) }
        add(
            isDatabase ? "CONNECTION_STRING" : "BASIC_AUTH_URL", passwordStart..<at, isPlaceholder ? 0.55 : 0.9,
            "password-in-url")
    }

    private static let databases = [
        "postgres", "mysql", "mariadb", "mongodb", "redis", "amqp", "mssql", "sqlserver", "jdbc", "clickhouse",
        "oracle", "cockroach",
        "cassandra", "snowflake", "couchbase", "neo4j", "bolt", "nats", "kafka", "memcached", "elasticsearch",
    ]
}
