/// The OWASP Top 10 for applications of language models, and what this library does about each.
///
/// Lists: version 1.1 of 2023 and version 2025 (https://genai.owasp.org/llm-top-10/). Coverage is what is built, not what one could build.
public enum RiskCatalogue {
    /// How much of a risk the library's scanners and checks cover.
    public enum Coverage: String, Sendable, Hashable {
        case covered
        case partly
        case notCovered = "not_covered"
    }

    /// One risk.
    public struct Risk: Sendable, Hashable {
        /// Its identifier, as `LLM01:2025`.
        public var identifier: String
        /// Its title.
        public var title: String
        /// The risks of the other list that it corresponds to.
        public var counterparts: [String]
        /// How much is covered.
        public var coverage: Coverage
        /// By what.
        public var measures: [String]
        /// What is left to the host.
        public var gap: String
    }

    /// The list of 2025.
    public static let owasp2025: [Risk] = [
        Risk(
            identifier: "LLM01:2025", title: "Prompt Injection", counterparts: ["LLM01:2023"], coverage: .partly,
            measures: ["InjectionScanner", "InvisibleTextScanner"],
            gap: "Paraphrased attacks pass rules; images and sound are not read."),
        Risk(
            identifier: "LLM02:2025", title: "Sensitive Information Disclosure", counterparts: ["LLM06:2023"],
            coverage: .partly,
            measures: ["personal data and secrets scanners", "CanaryExposure", "MembershipInference"],
            gap: "Facts without a format, and what the model paraphrases."),
        Risk(
            identifier: "LLM03:2025", title: "Supply Chain", counterparts: ["LLM05:2023"], coverage: .partly,
            measures: ["content-addressed registry", "CycloneDX bill of materials", "LicenceCheck"],
            gap: "Vulnerability databases are not consulted."),
        Risk(
            identifier: "LLM04:2025", title: "Data and Model Poisoning", counterparts: ["LLM03:2023"],
            coverage: .partly,
            measures: ["lineage with digests", "ContaminationCheck"], gap: "Back doors in weights are not looked for."),
        Risk(
            identifier: "LLM05:2025", title: "Improper Output Handling", counterparts: ["LLM02:2023"],
            coverage: .covered,
            measures: ["OutputEncodingScanner", "OutputEncoding", "AddressScanner"],
            gap: "The host has to encode for the place where it shows or runs the text."),
        Risk(
            identifier: "LLM06:2025", title: "Excessive Agency", counterparts: ["LLM07:2023", "LLM08:2023"],
            coverage: .covered, measures: ["ToolPolicy", "review queue", "roles and permissions"],
            gap: "What a tool itself does with allowed arguments."),
        Risk(
            identifier: "LLM07:2025", title: "System Prompt Leakage", counterparts: [], coverage: .partly,
            measures: ["PromptLeakageScanner", "secrets scanner"], gap: "Translations and paraphrases of the prompt."),
        Risk(
            identifier: "LLM08:2025", title: "Vector and Embedding Weaknesses", counterparts: [], coverage: .notCovered,
            measures: ["InjectionScanner at retrieval"],
            gap: "There is no vector store here; its permissions are the host's."),
        Risk(
            identifier: "LLM09:2025", title: "Misinformation", counterparts: ["LLM09:2023"], coverage: .notCovered,
            measures: ["review queue", "evaluation gates"], gap: "Facts are not checked."),
        Risk(
            identifier: "LLM10:2025", title: "Unbounded Consumption", counterparts: ["LLM04:2023", "LLM10:2023"],
            coverage: .covered, measures: ["UsageBudget", "TextLimitsScanner", "engine deadlines and queue bounds"],
            gap: "Extraction of the model by very many ordinary requests is only slowed."),
    ]

    /// The list of 2023, version 1.1.
    public static let owasp2023: [Risk] = [
        ("LLM01:2023", "Prompt Injection"), ("LLM02:2023", "Insecure Output Handling"),
        ("LLM03:2023", "Training Data Poisoning"), ("LLM04:2023", "Model Denial of Service"),
        ("LLM05:2023", "Supply Chain Vulnerabilities"), ("LLM06:2023", "Sensitive Information Disclosure"),
        ("LLM07:2023", "Insecure Plugin Design"), ("LLM08:2023", "Excessive Agency"), ("LLM09:2023", "Overreliance"),
        ("LLM10:2023", "Model Theft"),
    ].map { identifier, title in
        let later = owasp2025.filter { $0.counterparts.contains(identifier) }
        let isTheft = identifier == "LLM10:2023"
        return Risk(
            identifier: identifier, title: title, counterparts: later.map(\.identifier),
            coverage: isTheft ? .partly : later.first?.coverage ?? .notCovered,
            measures: isTheft ? ["roles and permissions", "UsageBudget"] : later.flatMap(\.measures),
            gap: isTheft ? "Weights at rest are not encrypted." : later.first?.gap ?? "")
    }
}
