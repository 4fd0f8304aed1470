extension JSONReader {
    /// Reads over one value of any kind, checking it like a value that is used.
    public mutating func skipValue() throws(JSONError) {
        var containers = ContainerStack()
        repeat {
            switch try peekKind() {
            case .object:
                try beginObject()
                containers.push(isObject: true)
            case .array:
                try beginArray()
                containers.push(isObject: false)
            case .string: _ = try readString()
            case .number: _ = try readNumber()
            case .bool: _ = try readBool()
            case .null: try literal("null")
            }
            // Leave every container that ends here, up to one that has another value.
            while !containers.isEmpty {
                if containers.isObject ? try nextKey() != nil : try nextElement() { break }
                containers.pop()
            }
        } while !containers.isEmpty
    }

    /// Reads one value of any kind as a tree.
    public mutating func readValue() throws(JSONError) -> JSONValue {
        var builders: [Builder] = []
        while true {
            var finished: JSONValue?
            switch try peekKind() {
            case .object:
                try beginObject()
                builders.append(Builder(isObject: true))
            case .array:
                try beginArray()
                builders.append(Builder(isObject: false))
            case .string: finished = .string(try readString().string)
            case .number:
                switch try readNumber() {
                case .integer(let value): finished = .integer(value)
                case .double(let value): finished = .number(value)
                }
            case .bool: finished = .bool(try readBool())
            case .null:
                try literal("null")
                finished = .null
            }
            while true {
                if let value = finished {
                    guard !builders.isEmpty else { return value }
                    builders[builders.count - 1].append(value)
                }
                if try builders[builders.count - 1].advance(&self) { break }
                finished = builders.removeLast().value
            }
        }
    }

    /// An array or object whose end has not been read.
    private struct Builder {
        let isObject: Bool
        var elements: [JSONValue] = []
        var object = JSONObject()
        var key = ""

        mutating func append(_ value: JSONValue) {
            if isObject { object.append(key: key, value: value) } else { elements.append(value) }
        }

        /// Moves the reader to the next element; false at the end of the container.
        mutating func advance(_ reader: inout JSONReader) throws(JSONError) -> Bool {
            guard isObject else { return try reader.nextElement() }
            guard let text = try reader.nextKey() else { return false }
            key = text.string
            return true
        }

        var value: JSONValue { isObject ? .object(object) : .array(elements) }
    }

    /// One bit per open container: is it an object? Holds `maximumDepth` of them.
    private struct ContainerStack {
        private var words = InlineBits()
        private var count = 0

        var isEmpty: Bool { count == 0 }
        var isObject: Bool { words[count - 1] }

        mutating func push(isObject: Bool) {
            words[count] = isObject
            count += 1
        }

        mutating func pop() { count -= 1 }
    }

    /// 512 bits without an allocation.
    private struct InlineBits {
        private var words = SIMD8<UInt64>()

        subscript(index: Int) -> Bool {
            get { words[index / 64] >> UInt64(index % 64) & 1 == 1 }
            set {
                let mask: UInt64 = 1 << UInt64(index % 64)
                words[index / 64] = newValue ? words[index / 64] | mask : words[index / 64] & ~mask
            }
        }
    }
}
