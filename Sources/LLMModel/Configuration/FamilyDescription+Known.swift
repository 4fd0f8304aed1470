extension FamilyDescription {
    /// The families this library runs.
    ///
    /// Defaults are those of the configuration classes of Hugging Face transformers, whose files leave them out.
    static let known: [FamilyDescription] = [
        llama, mistral, smollm3, qwen2, qwen3, gemma, gemma2, gemma3, phi3, gpt2,
    ]

    /// Llama 1 to 3, SmolLM 1 and 2, TinyLlama; in GGUF files Mistral too.
    static let llama = FamilyDescription(
        ggufName: "llama", huggingFaceNames: ["llama"], ggufRotaryLayout: .interleaved,
        defaults: [.rmsEpsilon: 1e-6, .ropeBase: 10_000])

    static let mistral = FamilyDescription(
        ggufName: "mistral", huggingFaceNames: ["mistral"], ggufRotaryLayout: .interleaved,
        defaults: [.rmsEpsilon: 1e-6, .ropeBase: 10_000])

    static let smollm3 = FamilyDescription(
        ggufName: "smollm3", huggingFaceNames: ["smollm3"], ggufRotaryLayout: .interleaved,
        windowIsOptIn: true, unrotatedPeriod: 4,
        defaults: [.rmsEpsilon: 1e-6, .ropeBase: 2_000_000, .tiesHeadToEmbedding: 1])

    static let qwen2 = FamilyDescription(
        ggufName: "qwen2", huggingFaceNames: ["qwen2"], windowIsOptIn: true,
        defaults: [.rmsEpsilon: 1e-6, .ropeBase: 10_000],
        ggufWeights: .gguf.requiringAttentionBiases, huggingFaceWeights: .huggingFace.requiringAttentionBiases)

    static let qwen3 = FamilyDescription(
        ggufName: "qwen3", huggingFaceNames: ["qwen3"], normalizesQueriesAndKeys: true, windowIsOptIn: true,
        defaults: [.rmsEpsilon: 1e-6, .ropeBase: 10_000, .headDimension: 128])

    static let gemma = FamilyDescription(
        ggufName: "gemma", huggingFaceNames: ["gemma"], activation: .geluTanh, plainGelu: .geluTanh,
        storesNormalizationOffsets: true, scalesEmbedding: true,
        defaults: [.rmsEpsilon: 1e-6, .ropeBase: 10_000, .headDimension: 256, .tiesHeadToEmbedding: 1])

    static let gemma2 = FamilyDescription(
        ggufName: "gemma2", huggingFaceNames: ["gemma2"], activation: .geluTanh, plainGelu: .geluTanh,
        hasPostNormalization: true, storesNormalizationOffsets: true, scalesEmbedding: true, slidingPeriod: 2,
        wideScaleLayerCounts: [46],
        defaults: [
            .rmsEpsilon: 1e-6, .ropeBase: 10_000, .headDimension: 256, .tiesHeadToEmbedding: 1,
            .slidingWindow: 4096, .attentionSoftcap: 50, .logitSoftcap: 30,
        ],
        huggingFaceWeights: .huggingFacePostNormalized)

    static let gemma3 = FamilyDescription(
        ggufName: "gemma3", huggingFaceNames: ["gemma3_text", "gemma3"], activation: .geluTanh,
        plainGelu: .geluTanh, normalizesQueriesAndKeys: true, hasPostNormalization: true,
        storesNormalizationOffsets: true, scalesEmbedding: true, slidingPeriod: 6, hasLocalRotary: true,
        wideScaleLayerCounts: [62],
        defaults: [
            .rmsEpsilon: 1e-6, .ropeBase: 1_000_000, .localRopeBase: 10_000, .headDimension: 256,
            .tiesHeadToEmbedding: 1, .vocabularySize: 262_208, .headCount: 8, .keyValueHeadCount: 4,
            .contextLength: 131_072,
        ],
        huggingFaceWeights: .huggingFacePostNormalized)

    static let phi3 = FamilyDescription(
        ggufName: "phi3", huggingFaceNames: ["phi3"],
        defaults: [.rmsEpsilon: 1e-5, .ropeBase: 10_000],
        ggufWeights: .ggufFused, huggingFaceWeights: .huggingFaceFused)

    static let gpt2 = FamilyDescription(
        ggufName: "gpt2", huggingFaceNames: ["gpt2"], normalization: .layer, activation: .geluTanh,
        isGated: false, hasLearnedPositions: true,
        defaults: [.layerEpsilon: 1e-5, .tiesHeadToEmbedding: 1],
        ggufWeights: .ggufFused, huggingFaceWeights: .gpt2)
}
