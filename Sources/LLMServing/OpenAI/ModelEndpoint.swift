public import LLMModel
public import LLMTensor

/// A model that answers under a name.
///
/// What stands behind the name is asked for at each request, so that it can change while requests run.
public struct ModelEndpoint: Sendable {
    /// What a request is prepared with: tokens depend on the tokenizer and the chat template of the version that answers.
    public struct Version: Sendable {
        /// The immutable version.
        public var name: String
        /// Its tokenizer, template and defaults.
        public var bundle: ModelBundle
        /// The most tokens of a prompt and its answer.
        public var contextLength: Int

        /// A version.
        public init(name: String, bundle: ModelBundle, contextLength: Int) {
            self.name = name
            self.bundle = bundle
            self.contextLength = contextLength
        }
    }

    /// Makes the request for the version that will answer.
    public typealias Maker = @Sendable (Version) throws(ServingError) -> ServingRequest

    /// The name clients ask for.
    public var name: String
    /// When it was put in service, in seconds since 1970.
    public var created: Int
    /// The version that would answer.
    public var version: @Sendable (_ key: String?) throws(ServingError) -> Version
    /// Takes a request in. The key keeps a caller on the same version while two are compared.
    public var submit: @Sendable (_ key: String?, _ make: @escaping Maker) throws(ServingError) -> ServingStream

    /// A model behind anything that takes requests.
    public init(
        name: String, created: Int, version: @escaping @Sendable (String?) throws(ServingError) -> Version,
        submit: @escaping @Sendable (String?, @escaping Maker) throws(ServingError) -> ServingStream
    ) {
        self.name = name
        self.created = created
        self.version = version
        self.submit = submit
    }

    /// A model behind one engine.
    public init(name: String, created: Int, bundle: ModelBundle, engine: ServingEngine) {
        let version = Version(name: engine.model, bundle: bundle, contextLength: engine.contextLength)
        self.init(name: name, created: created) { _ in
            version
        } submit: { _, make throws(ServingError) in
            try engine.submit(try make(version))
        }
    }

    /// The model in the list of models.
    public var json: JSONValue {
        var object = JSONObject([
            ("id", .string(name)), ("object", .string("model")), ("created", .integer(Int64(created))),
            ("owned_by", .string("llmops")),
        ])
        if let version = try? version(nil) {
            object["version"] = .string(version.name)
            object["max_model_len"] = .integer(Int64(version.contextLength))
        }
        return .object(object)
    }
}
