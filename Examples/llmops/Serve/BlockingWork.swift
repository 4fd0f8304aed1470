#if CommandLine
    import Dispatch

    /// Runs work that occupies its thread outside Swift's cooperative pool, one piece at a time.
    enum BlockingWork {
        private static let queue = DispatchQueue(label: "swift-llmops.serve.blocking", qos: .userInitiated)

        static func run<Value: Sendable, Failure: Error>(
            _ work: @escaping @Sendable () throws(Failure) -> Value
        ) async throws(Failure) -> Value {
            let result = await withCheckedContinuation { continuation in
                queue.async {
                    let result: Result<Value, Failure>
                    do throws(Failure) { result = .success(try work()) } catch { result = .failure(error) }
                    continuation.resume(returning: result)
                }
            }
            return try result.get()
        }

        /// The same for work that may run beside other such work.
        static func runTogether<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue.global(qos: .userInitiated).async { continuation.resume(with: Result { try work() }) }
            }
        }
    }
#endif
