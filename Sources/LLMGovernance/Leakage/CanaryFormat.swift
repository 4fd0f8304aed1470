public import LLMTensor

/// The form of a canary: a sentence with a random secret in it.
///
/// In the secret's pattern `#` is a digit, `?` a lower-case letter, `*` a lower-case letter or digit; everything else
/// stands for itself. `{name}` in the prefix becomes an invented name, another one in each canary.
public struct CanaryFormat: Sendable, Hashable {
    /// What stands before the secret.
    public var prefix: String
    /// The secret's pattern.
    public var pattern: String
    /// What stands behind the secret.
    public var suffix: String

    /// A form.
    ///
    /// - Throws: ``LeakageError/noRandomness`` when the pattern has no random place.
    public init(
        prefix: String = "The access code of the vault is ", pattern: String = "## ## ## ##", suffix: String = "."
    ) throws(LeakageError) {
        self.prefix = prefix
        self.pattern = pattern
        self.suffix = suffix
        guard spaceBits > 0 else { throw .noRandomness(pattern: pattern) }
    }

    /// log2 of the number of secrets.
    public var spaceBits: Double {
        pattern.utf8.reduce(0) { $0 + (Self.alphabet($1).map { Double($0.count).logarithm2 } ?? 0) }
    }

    /// The number of secrets; nil when it does not fit.
    public var spaceSize: Int? {
        var size = 1
        for byte in pattern.utf8 {
            let (product, overflow) = size.multipliedReportingOverflow(by: Self.alphabet(byte)?.count ?? 1)
            if overflow { return nil }
            size = product
        }
        return size
    }

    /// A random secret.
    public func secret(using generator: inout CounterGenerator) -> String {
        fill { Int.random(in: 0..<$0, using: &generator) }
    }

    /// The secret of a number below ``spaceSize``.
    public func secret(number: Int) -> String {
        var rest = number
        return fill { count in
            defer { rest /= count }
            return rest % count
        }
    }

    private func fill(_ choose: (Int) -> Int) -> String {
        var bytes: [UInt8] = []
        for byte in pattern.utf8 {
            bytes.append(Self.alphabet(byte).map { $0[choose($0.count)] } ?? byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let digits = Array("0123456789".utf8)
    private static let letters = Array("abcdefghijklmnopqrstuvwxyz".utf8)

    private static func alphabet(_ byte: UInt8) -> [UInt8]? {
        switch byte {
        case UInt8(ascii: "#"): digits
        case UInt8(ascii: "?"): letters
        case UInt8(ascii: "*"): letters + digits
        default: nil
        }
    }
}

/// Why leakage cannot be measured.
public enum LeakageError: Error, Sendable, Hashable {
    /// A pattern of secrets has no random place.
    case noRandomness(pattern: String)
    /// More canaries were wanted than there are secrets.
    case spaceTooSmall(canaries: Int, secrets: Int)
    /// A model gave another number of scores than it was asked for.
    case scoreCount(expected: Int, found: Int)
    /// A score is not a number.
    case invalidScore(text: String)
    /// A list that must not be empty is.
    case nothingToCompare(String)
}

extension LeakageError: CustomStringConvertible {
    /// What a user can act on.
    public var description: String {
        switch self {
        case .noRandomness(let pattern): "canary pattern \"\(pattern)\" has no #, ? or *: every secret is the same"
        case .spaceTooSmall(let canaries, let secrets): "\(canaries) canaries wanted of \(secrets) possible secrets"
        case .scoreCount(let expected, let found): "the model gave \(found) scores for \(expected) texts"
        case .invalidScore(let text): "the model's score of \"\(text)\" is not a number"
        case .nothingToCompare(let what): "there are no \(what)"
        }
    }
}
