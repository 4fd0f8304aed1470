public import LLMTensor

/// How exactly, and at what cost, products are computed.
public enum ComputeMode: String, Sendable, CaseIterable {
    /// Activations as int8 per 32 values in prompts of more than 128 tokens, where arithmetic is the bound; as two int8
    /// planes (about 16 bits) while decoding, however many sequences together, in shorter prompts and in the output head.
    case fast
    /// Two int8 planes everywhere.
    case precise
    /// Weights and activations as 32-bit floats everywhere: the oracle. Needs four bytes of memory per weight.
    case exact
}

/// How a decoder is laid out and run.
public struct DecoderOptions: Sendable {
    /// How exactly products are computed.
    public var compute: ComputeMode
    /// Threads that work on a step, the caller included. Results do not depend on it.
    public var threadCount: Int
    /// How keys and values are kept; nil for `float32` in ``ComputeMode/exact`` and else `float16`.
    public var keyValueType: KeyValueType?
    /// Heads of at least so many rows of 8-bit codes are kept in two parts (``HeadScreen``).
    package var screenedHeadRows = 65_536

    /// Creates options; as many threads as processors by default.
    public init(
        compute: ComputeMode = .fast, threadCount: Int = ComputePool.processorCount, keyValueType: KeyValueType? = nil
    ) {
        self.compute = compute
        self.threadCount = threadCount
        self.keyValueType = keyValueType
    }

    /// How keys and values are kept, also where ``keyValueType`` leaves it open.
    public var resolvedKeyValueType: KeyValueType { keyValueType ?? (compute == .exact ? .float32 : .float16) }
}

/// Which logits behind a token are wanted. Others may be computed or be negative infinity.
public enum WantedLogits: Sendable {
    /// Those of the whole vocabulary.
    case all
    /// Those of some tokens.
    case only(TokenMask)
    /// The largest ones, so many, and what equals the last of them.
    case largest(Int)
}

/// Which tokens of an appended run need logits.
public enum LogitsSelection: Sendable {
    /// None: the tokens only enter the key/value memory.
    case none
    /// The last token.
    case last
    /// Every token.
    case all
}

/// Why a decoder could not be made or refused a step.
public enum DecoderError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A weight has another shape than the configuration says.
    case shape(tensor: String, expected: [Int], found: [Int])
    /// A part of the description this decoder cannot run.
    case unsupported(String)
    /// The tokens do not fit the context.
    case contextFull(position: Int, adding: Int, contextLength: Int)
    /// A token outside the vocabulary.
    case invalidToken(id: Int, vocabularySize: Int)
    /// A position beyond the sequence.
    case invalidPosition(Int, length: Int)
    /// Memory ran out.
    case outOfMemory(byteCount: Int)
    /// A tensor could not be read.
    case tensor(TensorError)

    /// The message.
    public var description: String {
        switch self {
        case .shape(let tensor, let expected, let found):
            "tensor \(tensor) has shape \(found), the configuration needs \(expected)"
        case .unsupported(let what): "not supported by the decoder: \(what)"
        case .contextFull(let position, let adding, let contextLength):
            "\(adding) tokens after \(position) do not fit the context of \(contextLength) tokens"
        case .invalidToken(let id, let size): "token \(id) is outside the vocabulary of \(size)"
        case .invalidPosition(let position, let length):
            "position \(position) is outside the sequence of \(length) tokens"
        case .outOfMemory(let bytes): "out of memory: \(bytes) bytes"
        case .tensor(let error): "\(error)"
        }
    }
}
