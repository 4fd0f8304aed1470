#if CommandLine
    import Foundation
    import HTTPTypes
    import Hummingbird
    import LLMServing
    import LLMTensor
    import NIOCore

    /// The routes of the OpenAI interface.
    struct CompletionRoutes: Sendable {
        let service: CompletionService
        let embeddings: EmbeddingService?
        let limits: BodyLimits
        /// Hears of finished answers.
        let onAnswer: @Sendable (_ request: [UInt8], _ run: CompletionRun, _ record: CompletionRecord) -> Void

        static var now: Int { Int(time(nil)) }

        func add(to router: RouterGroup<ServeContext>) {
            router.post("chat/completions") { request, context in
                let body = try await limits.read(request)
                let parsed = try body.withUnsafeBytes { bytes throws(OpenAIError) in
                    try ChatCompletionRequest(body: bytes)
                }
                let run = try service.start(parsed, key: parsed.sampling.user, now: Self.now)
                return try await answer(run, body, context)
            }
            router.post("completions") { request, context in
                let body = try await limits.read(request)
                let parsed = try body.withUnsafeBytes { bytes throws(OpenAIError) in try CompletionRequest(body: bytes)
                }
                let run = try service.start(parsed, key: parsed.sampling.user, now: Self.now)
                return try await answer(run, body, context)
            }
            router.post("embeddings") { request, _ in
                let body = try await limits.read(request)
                let parsed = try body.withUnsafeBytes { bytes throws(OpenAIError) in try EmbeddingRequest(body: bytes) }
                guard let embeddings else { throw OpenAIError.noModel(parsed.model) }
                let answer = try await BlockingWork.run { () throws(OpenAIError) in try embeddings.answer(parsed) }
                return Response.json(answer)
            }
            router.get("models") { _, _ in
                let list = service.models.map(\.json) + (embeddings.map { [$0.json] } ?? [])
                var object = JSONObject()
                object["object"] = .string("list")
                object["data"] = .array(list)
                return Response.json(.object(object))
            }
            router.get("models/**") { request, context in
                let name = context.parameters.getCatchAll().joined(separator: "/")
                let decoded = name.removingPercentEncoding ?? name
                if let model = service.models.first(where: { $0.name == decoded }) { return Response.json(model.json) }
                if let embeddings, embeddings.name == decoded { return Response.json(embeddings.json) }
                throw OpenAIError.noModel(decoded)
            }
        }

        /// Writes an answer, whole or piece by piece; a client that goes ends the generation.
        private func answer(
            _ run: CompletionRun, _ body: [UInt8], _ context: ServeContext
        ) async throws -> Response {
            let presence = context.presence
            let watch = presence.whenGone { run.cancel() }
            guard run.isStream else {
                defer { presence.forget(watch) }
                let (json, record) = try await run.collect()
                onAnswer(body, run, record)
                return Response.json(json)
            }
            let content = ResponseBody { writer in
                defer { presence.forget(watch) }
                let record = try await run.write { bytes in try await writer.write(ByteBuffer(bytes: bytes)) }
                try await writer.finish(nil)
                onAnswer(body, run, record)
            }
            return Response(
                status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache"],
                body: content)
        }
    }
#endif
