/// Words that names of secrets hold.
enum SecretNames {
    static let secretWords: [[UInt8]] = [
        "password", "passwd", "passphrase", "secret", "token", "api_key", "apikey", "api-key", "api key", "access_key",
        "accesskey", "auth", "credential",
        "private_key", "privatekey", "private key", "encryption_key", "signing_key", "client_key", "session_key",
        "account_key", "accountkey",
        "sharedaccesskey", "license_key", "bearer", "pwd",
    ].map { Array($0.utf8) }
    static let digestWords: [[UInt8]] = [
        "sha1", "sha256", "sha512", "sha-", "md5", "hash", "digest", "checksum", "integrity", "commit", "revision",
        "uuid", "guid", "etag", "fingerprint",
        "base64,", "public", "signature", "nonce", "tokenizer", "tokens", "certificate",
    ].map { Array($0.utf8) }
    /// Names whose value is a password; those people choose, so they may be short and plain.
    static let passwordWords: [[UInt8]] = [
        "password", "passwd", "passphrase", "passwort", "kennwort", "contraseña", "contrasena", "mot de passe",
        "motdepasse", "senha", "wachtwoord", "hasło",
        "parola", "lösenord", "пароль", "pwd", "密码", "パスワード", "비밀번호",
    ].map { Array($0.utf8) }
}

extension SecretScan {
    /// What a name before `=` or `:` says of the value.
    private enum Name { case password, secret, awsSecret }

    /// `name = value`, `"name": "value"`, `name=value;`: a value whose name says secret.
    mutating func assignment(at sign: Int) {
        guard let name = name(before: sign) else { return }
        var index = sign + 1
        // `==`, `=>`, `:=`.
        while index < count, index - sign < 3, bytes[index] == UInt8(ascii: "=") || bytes[index] == UInt8(ascii: ">") {
            index += 1
        }
        while index < count, index - sign < 16, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        // Prefixes of string literals.
        if index + 1 < count, bytes[index + 1] == UInt8(ascii: "\"") || bytes[index + 1] == UInt8(ascii: "'"),
            "bBrRfFuU@L".utf8.contains(bytes[index])
        {
            index += 1
        }
        guard index < count else { return }
        let first = bytes[index]
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") || first == UInt8(ascii: "`") {
            quoted(name, index + 1, quote: first)
        } else {
            unquoted(name, index)
        }
    }

    private mutating func quoted(_ name: Name, _ start: Int, quote: UInt8) {
        var end = start
        let limit = min(count, start + 256)
        while end < limit, bytes[end] != quote, bytes[end] != 0x0A { end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1 }
        guard end < limit, bytes[end] == quote else { return }
        add(name, start..<end, quoted: true)
    }

    private mutating func unquoted(_ name: Name, _ start: Int) {
        var end = start
        let limit = min(count, start + 256)
        scan: while end < limit {
            switch bytes[end] {
            case 0...0x20, UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "'"),
                UInt8(ascii: "`"), UInt8(ascii: "<"),
                UInt8(ascii: ">"), UInt8(ascii: "|"):
                break scan
            case UInt8(ascii: "&"):
                // The next field of a form or of an address.
                if isField(end + 1) { break scan }
                end += 1
            default: end += 1
            }
        }
        while end > start, ".)]}?:".utf8.contains(bytes[end - 1]) { end -= 1 }
        let text = UnsafeBufferPointer(start: bytes + start, count: end - start)
        let shape = HighEntropy.shape(text)
        // A bare word is prose or a variable; a call or a subscript is code.
        guard shape.digits > 0 || name == .password && shape.separators > 0 && !isDottedName(text) else { return }
        guard !text.contains(UInt8(ascii: "(")), !text.contains(UInt8(ascii: "[")), !isDottedName(text),
            !isNumber(text) || name == .password
        else { return }
        add(name, start..<end, quoted: false)
    }

    /// Whether `name=` starts here.
    private func isField(_ start: Int) -> Bool {
        var index = start
        while index < count, index - start < 32, ByteClass.isWord(bytes[index]) || bytes[index] == UInt8(ascii: "_") {
            index += 1
        }
        return index > start && index < count && bytes[index] == UInt8(ascii: "=")
    }

    private mutating func add(_ name: Name, _ range: Range<Int>, quoted: Bool) {
        let text = UnsafeBufferPointer(
            start: bytes + range.lowerBound, count: max(0, min(range.upperBound, count) - range.lowerBound))
        guard text.count >= (name == .password ? 4 : 8), !Placeholder.isPlaceholder(text) else { return }
        let bits = HighEntropy.bits(text)
        let hasSpace = text.contains(0x20)
        switch name {
        case .password:
            if hasSpace && !quoted { return }
            // A sentence in quotes is a message about passwords.
            if hasSpace, text.count > 24 || !text.contains(where: ByteClass.isDigit) { return }
            add("PASSWORD", range, quoted ? 0.85 : bits >= 2 ? 0.7 : 0.55, "assigned-password")
        case .awsSecret where text.count == 40 && !hasSpace: add("AWS_SECRET_KEY", range, 0.95, "assigned-aws-secret")
        case .secret, .awsSecret:
            guard !hasSpace else { return }
            let isRandom = bits >= 3 && text.contains(where: ByteClass.isDigit)
            guard isRandom || quoted && bits >= 2.5 else { return }
            add("SECRET_ASSIGNMENT", range, isRandom ? (bits >= 3.5 ? 0.8 : 0.65) : 0.5, "assigned-secret")
        }
    }

    /// "password is ...", as people write it.
    mutating func spokenPassword(_ start: Int, _ end: Int) {
        guard start > 4, bytes[start - 1] == 0x20, end + 1 < count, bytes[end] == 0x20,
            self.name(before: start - 1) == .password
        else { return }
        let first = bytes[end + 1]
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") || first == UInt8(ascii: "`") {
            quoted(.password, end + 2, quote: first)
        } else {
            unquoted(.password, end + 1)
        }
    }

    /// The name before a sign, by the words in it.
    private func name(before sign: Int) -> Name? {
        var end = sign
        while end > 0, sign - end < 4,
            bytes[end - 1] == 0x20 || bytes[end - 1] == UInt8(ascii: "\"") || bytes[end - 1] == UInt8(ascii: "'")
                || bytes[end - 1] == UInt8(ascii: ":") || bytes[end - 1] == UInt8(ascii: "]")
        {
            end -= 1
        }
        var start = end
        let floor = max(0, end - 48)
        while start > floor,
            ByteClass.isWord(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: "_")
                || bytes[start - 1] == UInt8(ascii: "-") || bytes[start - 1] == UInt8(ascii: ".")
                || bytes[start - 1] >= 0x80
        {
            start -= 1
        }
        guard end - start >= 2 else { return nil }
        // Two-word names: "api key", "mot de passe".
        var wide = start
        while wide > floor, wide > 0, start - wide < 12, bytes[wide - 1] == 0x20 || ByteClass.isLetter(bytes[wide - 1])
        { wide -= 1 }
        var found: Name?
        for index in wide..<end {
            let rest = end - index
            // The name has to end with the word, or the word has to start in it.
            if SecretNames.passwordWords.contains(where: {
                matches($0, at: index, within: rest) && (index >= start || $0.count == rest)
            }) {
                found = .password
            }
            if found != .password,
                SecretNames.secretWords.contains(where: {
                    matches($0, at: index, within: rest) && (index >= start || $0.count == rest)
                })
            {
                found = .secret
            }
        }
        let length = end - start
        if found == nil,
            length == 4 && matches(Array("pass".utf8), at: start, within: 4)
                || length == 2 && matches(Array("pw".utf8), at: start, within: 2)
        {
            return .password
        }
        guard found != nil else { return nil }
        if SecretNames.digestWords.contains(where: { word in
            (start..<end).contains { matches(word, at: $0, within: end - $0) }
        }) {
            return nil
        }
        // password_policy, token_count, secret_name: about a secret, not one.
        for suffix in [
            "policy", "count", "length", "name", "field", "url", "path", "file", "type", "hint", "limit", "min", "max",
            "size", "id", "expiry", "expires", "age", "required",
        ]
        where length > suffix.utf8.count + 2
            && matches(Array(suffix.utf8), at: end - suffix.utf8.count, within: suffix.utf8.count)
            && !ByteClass.isWord(bytes[end - suffix.utf8.count - 1])
        {
            return nil
        }
        if found == .secret, (start..<end).contains(where: { matches(Array("secret".utf8), at: $0, within: end - $0) })
        {
            return .awsSecret
        }
        return found
    }

    /// `self.password`, `os.environ`: letters and full stops only, or with underscores.
    private func isDottedName(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.contains(UInt8(ascii: "."))
            && text.allSatisfy { ByteClass.isLetter($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") }
            || text.allSatisfy { ByteClass.isLetter($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }

    private func isNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.allSatisfy { ByteClass.isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }
}
