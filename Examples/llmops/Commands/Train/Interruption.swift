#if CommandLine
    import Dispatch

    #if canImport(Darwin)
        import Darwin
    #elseif canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// Ends work in an orderly way when the user or the system asks the program to stop.
    enum Interruption {
        /// Runs `body`; the first SIGINT or SIGTERM meanwhile cancels the task, the second ends the program.
        static func cancelling<Success: Sendable, Result>(
            _ task: Task<Success, any Error>, _ body: () async throws -> Result
        ) async rethrows -> Result {
            let sources = [SIGINT, SIGTERM].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler {
                    Console.note("\nstopping after this step; once more to stop at once")
                    signal(SIGINT, SIG_DFL)
                    signal(SIGTERM, SIG_DFL)
                    task.cancel()
                }
                source.resume()
                return source
            }
            defer {
                for source in sources { source.cancel() }
                signal(SIGINT, SIG_DFL)
                signal(SIGTERM, SIG_DFL)
            }
            return try await body()
        }
    }
#endif
