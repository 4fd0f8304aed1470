#if CommandLine
    import HTTPTypes
    import Hummingbird
    import LLMServing
    import LLMTensor
    import NIOCore

    extension Response {
        /// A JSON document.
        static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
            Response(
                status: status, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: JSONWriter().bytes(of: value))))
        }

        /// A text.
        static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Response {
            Response(
                status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }

        /// An error of the OpenAI interface.
        static func error(_ error: OpenAIError) -> Response {
            var response = json(error.json, status: HTTPResponse.Status(code: error.status))
            if let seconds = error.retryAfterSeconds { response.headers[.retryAfter] = "\(seconds)" }
            return response
        }
    }

    /// Turns errors into answers as the OpenAI interface gives them.
    struct ErrorMiddleware: RouterMiddleware {
        typealias Context = ServeContext

        func handle(
            _ request: Request, context: ServeContext, next: (Request, ServeContext) async throws -> Response
        ) async throws -> Response {
            do {
                return try await next(request, context)
            } catch let error as OpenAIError {
                return .error(error)
            } catch let error as any HTTPResponseError {
                let message: String
                switch error.status {
                case .notFound: message = "Unknown request URL: \(request.method.rawValue) \(request.uri.path)."
                case .methodNotAllowed: message = "Not allowed to \(request.method.rawValue) on \(request.uri.path)."
                default: message = error.status.reasonPhrase
                }
                return .error(
                    OpenAIError(status: Int(error.status.code), message: message, code: nil))
            } catch is CancellationError {
                return .error(
                    OpenAIError(status: 503, message: "the server is shutting down", type: "server_error"))
            } catch {
                return .error(
                    OpenAIError(
                        status: 500, message: "The server had an error while processing your request.",
                        type: "server_error", code: "internal_error"))
            }
        }
    }

    /// Limits of a request's body.
    struct BodyLimits: Sendable {
        var bytes: Int
        var time: Duration

        /// The whole body.
        ///
        /// - Throws: ``OpenAIError`` 413 for one that is too large, 408 for one that takes too long.
        func read(_ request: Request) async throws -> [UInt8] {
            if let stated = request.headers[.contentLength].flatMap(Int.init), stated > bytes { throw tooLarge }
            let body = request.body
            return try await withThrowingTaskGroup(of: [UInt8].self) { group in
                group.addTask {
                    var content: [UInt8] = []
                    for try await part in body {
                        guard content.count + part.readableBytes <= bytes else { throw tooLarge }
                        content.append(contentsOf: part.readableBytesView)
                    }
                    return content
                }
                group.addTask {
                    try await Task.sleep(for: time)
                    throw OpenAIError(status: 408, message: "The body of the request took too long to arrive.")
                }
                defer { group.cancelAll() }
                return try await group.next() ?? []
            }
        }

        private var tooLarge: OpenAIError {
            OpenAIError(
                status: 413, message: "The body of the request is larger than \(bytes) bytes.",
                code: "request_too_large")
        }
    }
#endif
