import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

private let modelFile = "SmolLM2-135M-Instruct.Q4_1.gguf"

/// The server over a real socket, with a real model.
@Suite(
    .enabled(if: Command.isBuilt, "llmops was not built next to the tests"),
    .enabled(if: Command.hasModel(modelFile), "run Scripts/fetch-models to fetch the model"))
struct ServeCommandTests {
    /// A running server.
    private final class Server: @unchecked Sendable {
        let process = Process()
        let url: URL

        init(_ folder: TemporaryFolder, model: String? = nil, _ arguments: [String] = []) async throws {
            process.executableURL = Command.executable
            let file = try #require(Command.model(modelFile))
            process.arguments =
                ["serve", "--model", model ?? file, "--name", "smol", "--port", "0", "--json"] + arguments
            let output = try folder.write("address", Data())
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = FileHandle.nullDevice
            try process.run()
            for _ in 0..<3000 {
                let text = try String(contentsOf: output, encoding: .utf8)
                if text.hasSuffix("\n"), let part = text.split(separator: "\"").first(where: { $0.hasPrefix("http") }) {
                    url = try #require(URL(string: String(part)))
                    return
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            process.terminate()
            throw CancellationError()
        }

        func ask(_ path: String, _ body: String? = nil, key: String? = nil) async throws -> (status: Int, text: String)
        {
            var request = URLRequest(url: url.appending(path: path), timeoutInterval: 120)
            if let body {
                request.httpMethod = "POST"
                request.httpBody = Data(body.utf8)
                request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            }
            if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
            let (data, response) = try await URLSession.shared.data(for: request)
            let status = try #require(response as? HTTPURLResponse).statusCode
            return (status, String(decoding: data, as: UTF8.self))
        }

        deinit { if process.isRunning { process.terminate() } }
    }

    private static let question =
        #""model":"smol","messages":[{"role":"user","content":"Name one colour."}],"max_tokens":8"#

    @Test func `chat, streams, errors, metrics and an orderly end`() async throws {
        let folder = try TemporaryFolder()
        let server = try await Server(folder)
        #expect(try await server.ask("healthz").status == 200)
        #expect(try await server.ask("readyz").status == 200)
        #expect(try await server.ask("v1/models").text.contains("\"smol\""))
        let answer = try await server.ask("v1/chat/completions", "{\(Self.question),\"temperature\":0}")
        #expect(answer.status == 200, "\(answer.text)")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any])
        let usage = try #require(object["usage"] as? [String: Any])
        #expect(
            usage["total_tokens"] as? Int == (usage["prompt_tokens"] as? Int ?? 0)
                + (usage["completion_tokens"] as? Int ?? 0))
        let stream = try await server.ask("v1/chat/completions", "{\(Self.question),\"temperature\":0,\"stream\":true}")
        #expect(stream.text.hasSuffix("data: [DONE]\n\n"))
        for (body, status) in [
            (#"{"model":"other","messages":[{"role":"user","content":"x"}]}"#, 404),
            (#"{"model":"smol","messages":"x"}"#, 400), (#"{"model":"smol""#, 400),
            (#"{"model":"smol","messages":[{"role":"user","content":"x"}],"temperature":"hot"}"#, 400),
            (String(repeating: "[", count: 100_000), 400),
        ] {
            let refused = try await server.ask("v1/chat/completions", body)
            #expect(refused.status == status, "\(body.prefix(80)): \(refused.text)")
            #expect(refused.text.contains("\"error\""))
        }
        let metrics = try await server.ask("metrics").text
        #expect(metrics.contains("vllm:num_requests_running"))
        #expect(metrics.contains("vllm:generation_tokens_total"))
        server.process.terminate()
        server.process.waitUntilExit()
        #expect(server.process.terminationReason == .exit)
        #expect(server.process.terminationStatus == 0)
    }

    @Test func `keys and roles are demanded, and refusals leave an entry`() async throws {
        let folder = try TemporaryFolder()
        let store = folder.url.appending(path: "store").path
        func govern(_ arguments: String...) throws -> CommandResult {
            try Command.run(["govern"] + arguments + ["--store", store, "--json"])
        }
        #expect(try govern("access", "grant", "root", "admin", "--actor", "setup").exitCode == 0)
        let root = try #require(try govern("access", "key", "root", "--actor", "setup").json()["key"] as? String)
        #expect(try govern("access", "grant", "guest", "viewer", "--key", root).exitCode == 0)
        let guest = try #require(try govern("access", "key", "guest", "--key", root).json()["key"] as? String)
        let old = try #require(
            try govern("access", "key", "root", "--expires", "2020-01-01", "--key", root).json()["key"] as? String)
        let server = try await Server(folder, ["--keys", store])
        let body = "{\(Self.question)}"
        #expect(try await server.ask("v1/chat/completions", body).status == 401)
        #expect(try await server.ask("v1/chat/completions", body, key: "llmops_0000_00").status == 401)
        #expect(try await server.ask("v1/chat/completions", body, key: old).status == 401)
        #expect(try await server.ask("v1/chat/completions", body, key: guest).status == 403)
        #expect(try await server.ask("v1/chat/completions", body, key: root).status == 200)
        let log = try govern("audit", "show", "--last", "100", "--key", root).output
        #expect(log.components(separatedBy: "access.denied").count - 1 >= 3, "\(log)")
    }

    @Test func `an alias is served, swapped under load and rolled back by who may, and answers are judged`()
        async throws
    {
        let folder = try TemporaryFolder()
        let store = folder.url.appending(path: "store").path
        func govern(_ arguments: String...) throws -> CommandResult {
            try Command.run(["govern"] + arguments + ["--store", store, "--json"])
        }
        // The same weights twice: a GGUF file may end in bytes that nothing refers to.
        let first = try #require(Command.model(modelFile))
        let second = folder.url.appending(path: "second.gguf")
        try (Data(contentsOf: URL(filePath: first)) + Data(count: 32)).write(to: second)
        for path in [first, second.path] {
            let registered = try govern("registry", "add", "desk", path, "--actor", "dana")
            #expect(registered.exitCode == 0, "\(registered.error)")
        }
        #expect(try govern("registry", "promote", "desk/1", "champion", "--actor", "omar").exitCode == 0)
        #expect(try govern("access", "grant", "root", "admin", "--actor", "setup").exitCode == 0)
        let root = try #require(try govern("access", "key", "root", "--actor", "setup").json()["key"] as? String)
        #expect(try govern("access", "grant", "dev", "developer", "--key", root).exitCode == 0)
        let developer = try #require(try govern("access", "key", "dev", "--key", root).json()["key"] as? String)
        let feedback = folder.url.appending(path: "feedback.sqlite").path
        let server = try await Server(
            folder, model: "desk@champion", ["--registry", store, "--keys", store, "--feedback", feedback])
        #expect(try await server.ask("v1/models", key: root).text.contains("desk/1"))

        let body = "{\(Self.question),\"temperature\":0,\"stream\":true}"
        let expected = try await Self.text(server.ask("v1/chat/completions", body, key: developer).text)
        #expect(!expected.isEmpty)
        #expect(try govern("registry", "promote", "desk/2", "champion", "--key", root).exitCode == 0)
        #expect(try await server.ask("admin/swap", "{}", key: developer).status == 403)
        #expect(try await server.ask("admin/swap", "{}").status == 401)
        let answers = try await withThrowingTaskGroup(of: (status: Int, text: String).self) { group in
            for _ in 0..<24 { group.addTask { try await server.ask("v1/chat/completions", body, key: developer) } }
            let swapped = try await server.ask("admin/swap", "{}", key: root)
            #expect(swapped.status == 200 && swapped.text.contains("desk/2"), "\(swapped.text)")
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // None dropped, none cut, none mixed.
        #expect(answers.allSatisfy { $0.status == 200 && $0.text.hasSuffix("data: [DONE]\n\n") })
        #expect(Set(answers.map { Self.text($0.text) }) == [expected])
        #expect(try await server.ask("v1/models", key: root).text.contains("desk/2"))
        #expect(try await server.ask("admin/swap", #"{"alias":"nobody"}"#, key: root).status == 404)
        #expect(try await server.ask("admin/swap", #"{"canary_share":2}"#, key: root).status == 400)
        #expect(try await server.ask("admin/swap", #"{"canary_share":0.5}"#, key: root).status == 409)
        let back = try await server.ask("admin/rollback", #"{"reason":"test"}"#, key: root)
        #expect(back.status == 200 && back.text.contains("desk/1"), "\(back.text)")
        #expect(try await server.ask("admin/rollback", "{}", key: root).status == 409)

        let answer = try await server.ask("v1/chat/completions", "{\(Self.question)}", key: developer)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any])
        let id = try #require(object["id"] as? String)
        let opinion = "{\"id\":\"\(id)\",\"good\":false,\"correction\":\"Red. Write to ann@example.com.\"}"
        #expect(try await server.ask("v1/feedback", opinion, key: developer).status == 201)
        #expect(try await server.ask("v1/feedback", #"{"id":"none","good":true}"#, key: developer).status == 404)
        #expect(try await server.ask("v1/feedback", "{\"id\":\"\(id)\"}", key: developer).status == 400)
        server.process.terminate()
        server.process.waitUntilExit()
        let kept = try FileManager.default.contentsOfDirectory(at: folder.url, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasPrefix("feedback.sqlite") }
            .reduce(into: Data()) { $0 += try Data(contentsOf: $1) }
        #expect(kept.range(of: Data("Write to".utf8)) != nil && kept.range(of: Data("ann@example".utf8)) == nil)
        let log = try govern("audit", "show", "--last", "100", "--key", root).output
        for action in ["serving.deploy", "registry.rollback", "access.denied"] { #expect(log.contains(action)) }
    }

    /// A LoRA adapter of rank 1 on one projection, as peft writes it.
    private func adapter(_ folder: TemporaryFolder) throws -> String {
        let (hidden, intermediate) = (576, 1536)
        func floats(_ count: Int, _ value: (Int) -> Float) -> Data {
            (0..<count).reduce(into: Data()) { data, index in
                withUnsafeBytes(of: value(index).bitPattern.littleEndian) { data.append(contentsOf: $0) }
            }
        }
        let down = floats(intermediate) { $0 % 7 == 0 ? 0.5 : -0.25 }
        let up = floats(hidden) { $0 % 5 == 0 ? 0.5 : -0.5 }
        let name = "base_model.model.model.layers.20.mlp.down_proj"
        let header = """
            {"\(name).lora_A.weight":{"dtype":"F32","shape":[1,\(intermediate)],"data_offsets":[0,\(down.count)]},\
            "\(name).lora_B.weight":{"dtype":"F32","shape":[\(hidden),1],"data_offsets":[\(down.count),\(down.count + up.count)]}}
            """
        var file = Data()
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { file.append(contentsOf: $0) }
        file += Data(header.utf8) + down + up
        let place = folder.url.appending(path: "adapter")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try file.write(to: place.appending(path: "adapter_model.safetensors"))
        try Data(
            #"{"peft_type":"LORA","r":1,"lora_alpha":1,"target_modules":["down_proj"],"bias":"none","task_type":"CAUSAL_LM"}"#
                .utf8
        ).write(to: place.appending(path: "adapter_config.json"))
        return place.path
    }

    @Test func `a request chooses an adapter by the model's name`() async throws {
        let folder = try TemporaryFolder()
        let server = try await Server(folder, ["--adapter", "tone=\(adapter(folder))"])
        func answer(_ model: String) async throws -> (status: Int, text: String) {
            let found = try await server.ask(
                "v1/chat/completions",
                #"{"model":"\#(model)","messages":[{"role":"user","content":"Name one colour."}],"max_tokens":8,"temperature":0}"#
            )
            let object = try JSONSerialization.jsonObject(with: Data(found.text.utf8)) as? [String: Any]
            let choice = (object?["choices"] as? [[String: Any]])?.first
            return (found.status, (choice?["message"] as? [String: Any])?["content"] as? String ?? found.text)
        }
        let (base, tuned) = (try await answer("smol"), try await answer("smol:tone"))
        #expect(base.status == 200 && tuned.status == 200 && base.text != tuned.text, "\(base) \(tuned)")
        #expect(try await answer("smol").text == base.text)
        #expect(try await answer("smol:other").status == 404)
        let models = try await server.ask("v1/models").text
        #expect(models.contains(#""smol""#) && models.contains(#""smol:tone""#))
    }

    @Test func `an adapter of the registry is a version of its own and follows the base`() async throws {
        let folder = try TemporaryFolder()
        let store = folder.url.appending(path: "store").path
        func govern(_ arguments: String...) throws -> CommandResult {
            try Command.run(["govern"] + arguments + ["--store", store, "--json"])
        }
        let first = try #require(Command.model(modelFile))
        let second = folder.url.appending(path: "second.gguf")
        try (Data(contentsOf: URL(filePath: first)) + Data(count: 32)).write(to: second)
        for (name, path) in [("desk", first), ("desk", second.path), ("tone", try adapter(folder))] {
            let registered = try govern("registry", "add", name, path, "--actor", "dana")
            #expect(registered.exitCode == 0, "\(registered.error)")
        }
        for version in ["desk/1", "tone/1"] {
            #expect(try govern("registry", "promote", version, "champion", "--actor", "omar").exitCode == 0)
        }
        #expect(try govern("access", "grant", "root", "admin", "--actor", "setup").exitCode == 0)
        let root = try #require(try govern("access", "key", "root", "--actor", "setup").json()["key"] as? String)
        let server = try await Server(
            folder, model: "desk@champion",
            ["--registry", store, "--keys", store, "--adapter", "polite=tone@champion"])
        #expect(try await server.ask("v1/models", key: root).text.contains("desk/1+tone/1"))
        let body = #"{"model":"smol:polite","messages":[{"role":"user","content":"Hello"}],"max_tokens":4}"#
        #expect(try await server.ask("v1/chat/completions", body, key: root).status == 200)
        #expect(try govern("registry", "promote", "desk/2", "champion", "--key", root).exitCode == 0)
        let swapped = try await server.ask("admin/swap", "{}", key: root)
        #expect(swapped.status == 200, "\(swapped.text)")
        #expect(try await server.ask("v1/models", key: root).text.contains("desk/2+tone/1"))
        #expect(
            try await server.ask("admin/swap", #"{"canary_share":0.5,"measures":["luck"]}"#, key: root).status == 400)
    }

    /// The text of a streamed answer.
    private static func text(_ stream: String) -> String {
        stream.split(separator: "\n").compactMap { line -> String? in
            guard line.hasPrefix("data: {"),
                let chunk = try? JSONSerialization.jsonObject(with: Data(line.dropFirst(6).utf8)) as? [String: Any],
                let choice = (chunk["choices"] as? [[String: Any]])?.first
            else { return nil }
            return (choice["delta"] as? [String: Any])?["content"] as? String
        }.joined()
    }

    @Test func `a store that is not there or that nobody has a key to stops the server`() throws {
        let folder = try TemporaryFolder()
        let model = try #require(Command.model(modelFile))
        let missing = folder.url.appending(path: "missing")
        let refused = try Command.run(["serve", "--model", model, "--port", "0", "--keys", missing.path])
        #expect(refused.exitCode == 66)
        #expect(refused.error.contains(missing.path))
        #expect(!FileManager.default.fileExists(atPath: missing.path))
        let store = folder.url.appending(path: "store").path
        let grant = try Command.run([
            "govern", "access", "grant", "root", "admin", "--actor", "setup", "--store", store, "--json",
        ])
        #expect(grant.exitCode == 0)
        let keyless = try Command.run(["serve", "--model", model, "--port", "0", "--keys", store])
        #expect(keyless.exitCode == 66)
        #expect(keyless.error.contains("no API key"))
    }
}
