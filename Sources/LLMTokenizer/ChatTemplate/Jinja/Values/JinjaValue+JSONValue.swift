internal import LLMTensor

extension JinjaValue {
    /// A JSON value as Python's `json` module reads it.
    init(_ json: JSONValue) {
        switch json {
        case .null: self = .none
        case .bool(let value): self = .boolean(value)
        case .integer(let value): self = .integer(Int(value))
        case .number(let value): self = .number(value)
        case .string(let value): self = .text(JinjaText(value))
        case .array(let items): self = .list(items.map { JinjaValue($0) })
        case .object(let object): self = .dictionary(JinjaDictionary(object))
        }
    }

    /// A message whose reasoning, whatever it is called, is found under the names that templates read.
    init(aliasingReasoning json: JSONValue) {
        self.init(json)
        guard case .object(let object) = json else { return }
        let names = ["reasoning_content", "thinking", "reasoning"]
        guard let reasoning = names.lazy.compactMap({ object[$0] }).first(where: { !$0.isNull }) else { return }
        let message = JinjaDictionary()
        message.set(JinjaValue("thinking"), JinjaValue(reasoning))
        for (key, value) in object.members { message.set(JinjaValue(key), JinjaValue(value)) }
        message.set(JinjaValue("reasoning_content"), JinjaValue(reasoning))
        self = .dictionary(message)
    }
}

extension JinjaDictionary {
    convenience init(_ object: JSONObject) {
        self.init()
        for (key, value) in object.members { set(JinjaValue(key), JinjaValue(value)) }
    }
}
