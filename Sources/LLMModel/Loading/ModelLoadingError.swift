public import LLMTensor
public import LLMTokenizer

/// Why a model could not be made from its files.
public enum ModelLoadingError: Error, Sendable {
    /// There is nothing at the path.
    case notFound(path: String)
    /// The path holds no model this library reads.
    case notAModel(path: String, reason: String)
    /// The model's architecture is not one of the known families.
    case unknownArchitecture(source: String, name: String, known: [String])
    /// The architecture is known, but the model uses a part of it that is not supported.
    case unsupported(source: String, feature: String)
    /// A setting that the architecture needs is not there.
    case missingSetting(source: String, key: String)
    /// A setting is not what its key requires.
    case invalidSetting(source: String, key: String, value: String, expected: String)
    /// A weight that the architecture needs is not there.
    case missingTensor(source: String, name: String)
    /// Weights that the architecture has no place for: the result would not be this model's.
    case unexpectedTensors(source: String, names: [String])
    /// A weight has another shape than the configuration says.
    case shapeMismatch(source: String, tensor: String, expected: [Int], actual: [Int])
    /// A weight file cannot be read.
    case file(TensorFileError)
    /// A tensor cannot be converted.
    case tensor(source: String, name: String, error: TensorError)
    /// A JSON file cannot be read.
    case json(JSONError)
    /// The tokenizer cannot be read.
    case tokenizer(TokenizerError)
    /// The decoder refused the weights.
    case decoder(source: String, error: any Error)
}

extension ModelLoadingError: CustomStringConvertible {
    /// A message a user can act on.
    public var description: String {
        switch self {
        case .notFound(let path): "\(path): no such file or directory"
        case .notAModel(let path, let reason): "\(path): \(reason)"
        case .unknownArchitecture(let source, let name, let known):
            "\(source): architecture \"\(name)\" is not supported; known are \(known.joined(separator: ", "))"
        case .unsupported(let source, let feature): "\(source): \(feature) is not supported"
        case .missingSetting(let source, let key): "\(source): \(key) is missing"
        case .invalidSetting(let source, let key, let value, let expected):
            "\(source): \(key) is \(value); expected \(expected)"
        case .missingTensor(let source, let name): "\(source): tensor \(name) is missing"
        case .unexpectedTensors(let source, let names): Self.describe(source, unexpected: names)
        case .shapeMismatch(let source, let tensor, let expected, let actual):
            "\(source): tensor \(tensor) has shape \(actual); the configuration says \(expected)"
        case .file(let error): error.description
        case .tensor(let source, let name, let error): "\(source): tensor \(name): \(error)"
        case .json(let error): error.description
        case .tokenizer(let error): error.description
        case .decoder(let source, let error): "\(source): \(error)"
        }
    }

    private static func describe(_ source: String, unexpected names: [String]) -> String {
        let shown = names.prefix(5).joined(separator: ", ")
        let more = names.count > 5 ? " and \(names.count - 5) more" : ""
        return "\(source): the architecture has no place for the tensors \(shown)\(more)"
    }
}
