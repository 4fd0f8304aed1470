import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMServing

@Suite struct OpenAIRequestTests {
    private func chat(_ body: String) throws(OpenAIError) -> ChatCompletionRequest {
        let result = [UInt8](body.utf8).withUnsafeBytes { bytes -> Result<ChatCompletionRequest, OpenAIError> in
            do throws(OpenAIError) { return .success(try ChatCompletionRequest(body: bytes)) } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func error(_ members: String) -> OpenAIError? {
        do throws(OpenAIError) {
            _ = try chat("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]\(members)}")
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        (#","temperature":3"#, "temperature", "decimal_above_max_value"),
        (#","temperature":"hot""#, "temperature", "invalid_type"), (#","n":0"#, "n", "integer_below_min_value"),
        (#","n":1.5"#, "n", "invalid_type"), (#","max_tokens":0"#, "max_tokens", "integer_below_min_value"),
        (#","stop":5"#, "stop", "invalid_type"), (#","stop":["a",1]"#, "stop[1]", "invalid_type"),
        (#","logit_bias":{"x":1}"#, "logit_bias", "invalid_value"),
        (#","logit_bias":{"5":101}"#, "logit_bias.5", "decimal_above_max_value"),
        (#","stream":"yes""#, "stream", "invalid_type"),
        (#","logprobs":true,"top_logprobs":21"#, "top_logprobs", "integer_above_max_value"),
        (#","response_format":{"type":"json_object"}"#, "response_format.type", "unsupported_parameter"),
        (
            #","response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{}}}"#,
            "response_format.type",
            "unsupported_parameter"
        ),
        (#","response_format":{"type":"xml"}"#, "response_format.type", "invalid_value"),
        (#","messages":[]"#, "messages", "empty_array"), (#","messages":[7]"#, "messages[0]", "invalid_type"),
        (#","messages":[{"content":"x"}]"#, "messages[0].role", "missing_required_parameter"),
        (#","messages":[{"role":"user"}]"#, "messages[0].content", "invalid_type"),
        (
            #","messages":[{"role":"user","content":[{"type":"image_url"}]}]"#, "messages[0].content[0].type",
            "invalid_value"
        ),
        (#","model":5"#, "model", "invalid_type"), (#","seed":1e30"#, "seed", "invalid_type"),
    ]) func `Errors name the parameter and the kind of mistake`(members: String, param: String, code: String) {
        let found = error(members)
        #expect(found?.status == 400 && found?.type == "invalid_request_error")
        #expect(found?.param == param && found?.code == code, "\(String(describing: found))")
    }

    @Test func `Unknown fields and nulls are ignored`() throws {
        let request = try chat(
            #"{"model":"m","messages":[{"role":"developer","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}],"#
                + #""store":true,"temperature":null,"stop":null,"stream":true,"stream_options":{"include_usage":true},"#
                + #""logprobs":true,"top_logprobs":2,"max_tokens":9,"max_completion_tokens":4,"n":2}"#)
        #expect(request.messages[0].content == "ab" && request.messages[0].role == .system)
        #expect(request.sampling.stream && request.sampling.includesUsage && request.sampling.choiceCount == 2)
        #expect(request.sampling.maximumTokens == 4 && request.topLogprobs == 2)
    }

    @Test func `Tool calls come with their arguments as objects`() throws {
        let request = try chat(
            #"{"model":"m","tools":[{"type":"function","function":{"name":"f"}}],"messages":[{"role":"assistant","content":null,"#
                + #""tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},"#
                + #"{"role":"tool","tool_call_id":"c","content":"2"}]}"#)
        #expect(request.tools.count == 1)
        #expect(request.messages[0].toolCalls[0].arguments["x"]?.integerValue == 1)
        #expect(request.messages[1].toolCallIdentifier == "c")
    }

    @Test func `Refusals of the engine have their statuses and say when to come back`() {
        let overloaded = OpenAIError(.overloaded(retryAfter: .milliseconds(1500)))
        #expect(overloaded.status == 429 && overloaded.retryAfterSeconds == 2)
        #expect(OpenAIError(.draining).status == 503 && OpenAIError(.deadlineExceeded).status == 504)
        #expect(OpenAIError(.unknownModel("x")).code == "model_not_found")
    }

    @Test func `Base64 is RFC 4648's`() {
        for (text, expected) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            #expect(Base64.text(of: Array(text.utf8)) == expected)
        }
        #expect(Base64.text(of: [1 as Float]) == "AACAPw==")
    }
}
