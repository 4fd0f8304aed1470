import LLMTensor
import Testing

@testable import LLMModel

/// The types of tensors against llama-quantize (Goldens/make_quantization_goldens.py).
@Suite struct TensorTypeRulesTests {
    static let models = ["smollm2", "grouped", "plain", "fused", "narrow"]

    @Test(arguments: models)
    func `every tensor gets the type llama-quantize gives it`(model: String) throws {
        let document = try #require(try TestFiles.json("quantization-types.json")[model])
        let name = try #require(document["architecture"]?.stringValue)
        func number(_ key: String) throws -> GGUFValue { .uint32(UInt32(try #require(document[key]?.integerValue))) }
        let tensors = try #require(document["tensors"]?.arrayValue).map { entry in
            ExportTensor(
                name: try #require(entry[0]?.stringValue),
                shape: try #require(entry[1]?.arrayValue).map { try #require($0.integerValue) }, parts: [])
        }
        let metadata: [(key: String, value: GGUFValue)] = [
            ("\(name).block_count", try number("layers")), ("\(name).attention.head_count", try number("heads")),
            ("\(name).attention.head_count_kv", try number("key_value_heads")),
        ]
        let export = GGUFExport(architecture: name, metadata: metadata, tensors: tensors, source: "test")
        let types = try #require(document["types"]?.objectValue)
        #expect(types.count >= 17)
        for (mixtureName, expected) in types.members {
            let mixture = try #require(QuantizationMixture(name: mixtureName))
            let chosen = ModelQuantizer(mixture: mixture).elementTypes(of: export)
            let wanted = try #require(expected.arrayValue)
            #expect(chosen.count == wanted.count)
            for (mine, theirs) in zip(chosen, wanted) {
                #expect("\(mine.type)" == theirs.stringValue, "\(mixtureName): \(mine.tensor)")
            }
        }
    }

    @Test func `names of mixtures are read in any case`() {
        #expect(QuantizationMixture(name: "q4_k_m") == .q4_K_M)
        #expect(QuantizationMixture(name: "Q5_K") == .q5_K_M)
        #expect(QuantizationMixture(name: "Q4") == nil)
        #expect(QuantizationMixture.q4_K_M.fileType == 15)
    }
}
