import Foundation
import LLMTensor
import Testing

@testable import LLMModel

@Suite struct ModelFilesTests {
    /// A directory with the tiny Llama and these files besides.
    func directory(_ files: [String: String] = [:]) throws -> URL {
        let url = FileManager.default.temporaryDirectory.appending(path: "llmops-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        let golden = TestFiles.goldens.appending(path: "tiny-llama")
        for name in ["config.json", "model.safetensors"] {
            try FileManager.default.copyItem(at: golden.appending(path: name), to: url.appending(path: name))
        }
        for (name, text) in files { try Data(text.utf8).write(to: url.appending(path: name)) }
        return url
    }

    @Test func `a directory is found by its path or by a file in it`() throws {
        let url = try directory()
        defer { try? FileManager.default.removeItem(at: url) }
        for path in [url.path, url.path + "/", url.path + "/config.json", url.path + "/model.safetensors"] {
            let configuration = try ModelFiles.open(path).configuration()
            #expect(configuration.hiddenSize == 32)
        }
    }

    @Test func `what is not a model is said`() throws {
        let url = try directory(["notes.txt": "hello"])
        defer { try? FileManager.default.removeItem(at: url) }
        #expect {
            try ModelFiles.open(url.path + "/nothing")
        } throws: { error in
            guard case ModelLoadingError.notFound = error else { return false }
            return true
        }
        #expect {
            try ModelFiles.open(url.path + "/notes.txt")
        } throws: { error in
            guard case ModelLoadingError.file(.malformed) = error else { return false }
            return true
        }
        try FileManager.default.removeItem(at: url.appending(path: "config.json"))
        #expect {
            try ModelFiles.open(url.path)
        } throws: { error in
            guard case ModelLoadingError.notAModel = error else { return false }
            return true
        }
    }

    @Test func `information comes from the files and nowhere else`() throws {
        let bare = try directory()
        let card = try directory([
            "README.md": "---\nlanguage: en\nlicense: apache-2.0\n---\n# Tiny\n",
            "tokenizer_config.json": #"{"tokenizer_class": "GPT2Tokenizer", "chat_template": "{{ messages }}"}"#,
        ])
        let licence = try directory(["LICENSE": "MIT License\n\nCopyright (c) 2026"])
        defer { for url in [bare, card, licence] { try? FileManager.default.removeItem(at: url) } }
        var information = try ModelInformation.read(path: bare.path)
        #expect(information.licence == nil && information.tokenizer == nil && !information.hasChatTemplate)
        #expect(information.architecture == "llama" && information.format == "huggingface")
        #expect(information.quantization.name == "F32" && information.quantization.bitsPerWeight == 32)
        #expect(information.byteCount == 4 * information.parameterCount)
        information = try ModelInformation.read(path: card.path)
        #expect(information.licence == "apache-2.0" && information.tokenizer == "GPT2Tokenizer")
        #expect(information.hasChatTemplate)
        #expect(try ModelInformation.read(path: licence.path).licence == "mit")
    }

    @Test func `a chat template comes from its own file first`() throws {
        let named = #"{"chat_template": [{"name": "rag", "template": "R"}, {"name": "default", "template": "D"}]}"#
        let url = try directory(["tokenizer_config.json": named])
        defer { try? FileManager.default.removeItem(at: url) }
        #expect(try ModelFiles.open(url.path).chatTemplate() == "D")
        try Data("own".utf8).write(to: url.appending(path: "chat_template.jinja"))
        #expect(try ModelFiles.open(url.path).chatTemplate() == "own")
    }

    @Test func `generation defaults come from generation_config.json`() throws {
        let url = try directory([
            "generation_config.json": #"{"eos_token_id": [2, 7], "do_sample": true, "top_p": 0.9}"#
        ])
        defer { try? FileManager.default.removeItem(at: url) }
        let sampled = try ModelFiles.open(url.path).generationDefaults(vocabularySize: 128)
        #expect(sampled.additionalEndTokens == [2, 7])
        #expect(sampled.sampling == SamplingParameters(temperature: 1, topK: 50, topP: 0.9))
        func rewrite(_ text: String) throws -> GenerationParameters {
            try Data(text.utf8).write(to: url.appending(path: "generation_config.json"))
            return try ModelFiles.open(url.path).generationDefaults(vocabularySize: 128)
        }
        #expect(try rewrite(#"{"do_sample": false, "temperature": 0.6}"#).sampling == .greedy)
        #expect(try rewrite("{}").sampling == .balanced)
        #expect(throws: ModelLoadingError.self) { try rewrite(#"{"eos_token_id": 500}"#) }
        #expect(throws: ModelLoadingError.self) { try rewrite(#"{"do_sample": true, "top_p": 7}"#) }
        #expect(throws: ModelLoadingError.self) { try rewrite("{") }
    }

    @Test(.enabled(if: TestFiles.isRequired(TestFiles.smolLM), "SmolLM2 is not in the cache"))
    func `information of a real file`() throws {
        let information = try ModelInformation.read(path: TestFiles.smolLM)
        #expect(information.licence == "apache-2.0" && information.quantization.name == "Q4_1")
        #expect(information.parameterCount == 134_515_008 && information.byteCount == 98_362_432)
        #expect(information.tokenizer == "gpt2/smollm" && information.hasChatTemplate)
        let json = information.json
        #expect(json["parameters"]?.integerValue == 134_515_008)
        #expect(json["types"]?["Q8_0"]?["tensors"]?.integerValue == 1)
    }
}
