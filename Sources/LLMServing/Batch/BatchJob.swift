public import LLMTensor

/// Answers the requests of a JSON-lines file, in the form of OpenAI's batch files: a line with `custom_id` and `body`
/// in, a line with `custom_id` and `response` or `error` out, in the order of the input.
///
/// Results are kept in `OUTPUT.progress` as they come. A job that was killed, at any moment, goes on where it was when
/// it is run again with the same input; the output appears, whole, at the end. No line is lost or answered twice in the
/// output. Blank lines are passed over; a line that cannot be answered gets its error in its place.
public struct BatchJob: Sendable {
    /// Answers one request.
    ///
    /// Throws what is to stand in the output as the line's error; ``ServingError/overloaded(retryAfter:)`` waits and asks
    /// again.
    public typealias Handler = @Sendable (_ body: JSONValue, _ url: String?) async throws -> JSONValue

    /// How far a job is.
    public struct Progress: Sendable, Hashable {
        /// Requests in the input.
        public var lines: Int
        /// Requests answered, with a result or an error, those of earlier runs included.
        public var done: Int
        /// Requests found answered when the job was started.
        public var resumed: Int
        /// Requests that ended in an error.
        public var failed: Int
    }

    /// JSON lines to answer.
    public var input: String
    /// Where the answers go.
    public var output: String
    /// Requests answered at the same time.
    public var concurrency: Int
    /// What besides the input makes the job what it is: the model, and how it answers. A job is only gone on with when
    /// it is the same.
    public var identity: String

    /// A job.
    public init(input: String, output: String, identity: String, concurrency: Int = 32) {
        self.input = input
        self.output = output
        self.identity = identity
        self.concurrency = max(1, concurrency)
    }

    /// Answers what is not answered yet, and writes the output.
    ///
    /// - Throws: `TensorFileError` or ``BatchError`` for the files; `CancellationError`, with everything kept that is
    ///   done.
    public func run(progress: (@Sendable (Progress) -> Void)? = nil, _ handler: @escaping Handler) async throws
        -> Progress
    {
        let requests = try readRequests()
        var journal = try BatchJournal(
            path: output + ".progress", identity: "\(identity) \(requests.count) \(requests.fingerprint)")
        var state = Progress(lines: requests.lines.count, done: journal.places.count, resumed: 0, failed: 0)
        state.resumed = state.done
        progress?(state)
        let open = requests.lines.indices.filter { journal.places[$0] == nil }
        try await withThrowingTaskGroup(of: (Int, JSONValue).self) { group in
            var next = 0
            func start() {
                guard next < open.count else { return }
                let (line, request) = (open[next], requests.lines[open[next]])
                next += 1
                group.addTask { (line, try await request.answer(line: line, handler)) }
            }
            for _ in 0..<concurrency { start() }
            while let (line, result) = try await group.next() {
                try journal.add(line: line, result: result)
                state.done += 1
                progress?(state)
                try Task.checkCancellation()
                start()
            }
        }
        state.failed = try writeOutput(journal, lines: requests.lines.count)
        journal.remove()
        return state
    }

    private func writeOutput(_ journal: borrowing BatchJournal, lines: Int) throws -> Int {
        let writer = try AtomicFileWriter(path: output)
        var failed = 0
        for line in 0..<lines {
            guard let result = try journal.result(line: line) else { continue }
            if result["error"]?.isNull == false { failed += 1 }
            try writer.write(JSONWriter().string(of: result) + "\n")
        }
        try writer.commit()
        return failed
    }

    private func readRequests() throws -> BatchRequests {
        let file = try MappedFile(path: input)
        return file.withUnsafeBytes { BatchRequests($0, source: input) }
    }
}

/// The requests of a file.
private struct BatchRequests {
    var lines: [BatchRequest] = []
    /// FNV-1a over the file.
    var fingerprint: UInt64 = 0xCBF2_9CE4_8422_2325
    var count = 0

    init(_ bytes: UnsafeRawBufferPointer, source: String) {
        count = bytes.count
        var seen: Set<String> = []
        var start = 0
        for (index, byte) in bytes.enumerated() {
            fingerprint = (fingerprint ^ UInt64(byte)) &* 0x100_0000_01B3
            guard byte == UInt8(ascii: "\n") else { continue }
            add(bytes[start..<index], source, &seen)
            start = index + 1
        }
        add(bytes[start...], source, &seen)
    }

    private mutating func add(_ line: Slice<UnsafeRawBufferPointer>, _ source: String, _ seen: inout Set<String>) {
        guard line.contains(where: { $0 > 0x20 }) else { return }
        do throws(JSONError) {
            let value = try JSONValue.parse(Array(line), source: "\(source), request \(lines.count + 1)")
            let id = value["custom_id"]?.stringValue
            guard let id else {
                lines.append(.broken(id: nil, "the line has no string \"custom_id\""))
                return
            }
            guard seen.insert(id).inserted else {
                lines.append(.broken(id: id, "the custom_id \"\(id)\" was used before"))
                return
            }
            guard let body = value["body"], body.objectValue != nil else {
                lines.append(.broken(id: id, "the line has no object \"body\""))
                return
            }
            lines.append(.request(id: id, body: body, url: value["url"]?.stringValue))
        } catch {
            lines.append(.broken(id: nil, "\(error)"))
        }
    }
}

private enum BatchRequest: Sendable {
    case request(id: String, body: JSONValue, url: String?)
    case broken(id: String?, String)

    /// The line of the output.
    func answer(line: Int, _ handler: BatchJob.Handler) async throws -> JSONValue {
        switch self {
        case .broken(let id, let message): return Self.line(line, id, error: "invalid_request", message)
        case .request(let id, let body, let url):
            while true {
                try Task.checkCancellation()
                do {
                    let answer = try await handler(body, url)
                    let response = BatchJournal.object([
                        ("status_code", .integer(200)), ("request_id", .string("batch_req_\(line + 1)")),
                        ("body", answer),
                    ])
                    return Self.line(line, id, response: .object(response), error: .null)
                } catch ServingError.overloaded(let time) {
                    try await Task.sleep(for: max(.milliseconds(10), min(time, .seconds(5))))
                } catch is CancellationError {
                    throw CancellationError()
                } catch ServingError.cancelled where Task.isCancelled {
                    throw CancellationError()
                } catch {
                    let code =
                        switch error as? ServingError {
                        case .invalidRequest, .unknownModel: "invalid_request"
                        case .deadlineExceeded: "deadline_exceeded"
                        default: "failed"
                        }
                    return Self.line(line, id, error: code, "\(error)")
                }
            }
        }
    }

    private static func line(_ line: Int, _ id: String?, error code: String, _ message: String) -> JSONValue {
        let error = BatchJournal.object([("code", .string(code)), ("message", .string(message))])
        return self.line(line, id, response: .null, error: .object(error))
    }

    private static func line(_ line: Int, _ id: String?, response: JSONValue, error: JSONValue) -> JSONValue {
        .object(
            BatchJournal.object([
                ("id", .string("batch_req_\(line + 1)")), ("custom_id", id.map { .string($0) } ?? .null),
                ("response", response), ("error", error),
            ]))
    }
}
