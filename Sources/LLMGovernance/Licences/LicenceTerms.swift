/// What a licence asks for and forbids, as far as models and data are concerned.
///
/// Written by hand from the licences' texts; a summary, and not legal advice.
public struct LicenceTerms: Sendable, Hashable {
    /// How far a licence reaches into what is made from the work.
    public enum Reach: String, Sendable, Hashable {
        /// Nowhere.
        case none
        /// Changed files stay under it.
        case files
        /// What is made from the work and passed on is under it.
        case derivatives
        /// Also when it is only offered over a network.
        case network
        /// Nothing made from the work may be passed on.
        case forbidden
    }

    /// The identifier.
    public var identifier: String
    /// How far it reaches.
    public var reach: Reach
    /// Whether commercial use is allowed.
    public var allowsCommercialUse: Bool
    /// Whether the makers or the licence have to be named.
    public var needsAttribution: Bool
    /// Whether it restricts what the model may be used for, and passes that on.
    public var restrictsUse: Bool
    /// Monthly users beyond which another licence is needed.
    public var largestMonthlyUsers: Int?
    /// A name that what is made from the model has to bear.
    public var naming: String?
    /// What else has to be known.
    public var notes: [String]
    /// Where the text is.
    public var source: String

    private static func plain(_ identifier: String, _ reach: Reach = .none, attribution: Bool = true) -> LicenceTerms {
        LicenceTerms(
            identifier: identifier, reach: reach, allowsCommercialUse: true, needsAttribution: attribution,
            restrictsUse: false, largestMonthlyUsers: nil, naming: nil, notes: [],
            source: "https://spdx.org/licenses/\(identifier).html")
    }

    private static func creative(_ identifier: String, _ reach: Reach, commercial: Bool) -> LicenceTerms {
        var terms = plain(identifier, reach)
        terms.allowsCommercialUse = commercial
        return terms
    }

    private static func model(
        _ identifier: String, commercial: Bool = true, restricts: Bool = true, users: Int? = nil, naming: String? = nil,
        reach: Reach = .none, notes: [String] = [], source: String
    ) -> LicenceTerms {
        LicenceTerms(
            identifier: identifier, reach: reach, allowsCommercialUse: commercial, needsAttribution: true,
            restrictsUse: restricts, largestMonthlyUsers: users, naming: naming, notes: notes, source: source)
    }

    private static let software: [LicenceTerms] =
        [
            "Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib", "BSL-1.0", "CC-BY-3.0", "CC-BY-4.0",
            "ODC-By-1.0",
            "PostgreSQL", "Python-2.0", "PSF-2.0", "AFL-3.0", "Artistic-2.0", "NCSA", "MS-PL", "CDLA-Permissive-1.0",
            "CDLA-Permissive-2.0",
            "X11", "OFL-1.1",
        ].map { plain($0) }
        + ["CC0-1.0", "Unlicense", "0BSD", "MIT-0", "PDDL-1.0", "WTFPL"].map { plain($0, attribution: false) }
        + [
            "MPL-2.0", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "EPL-2.0",
            "CDDL-1.0",
        ].map { plain($0, .files) }
        + [
            "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "CC-BY-SA-3.0", "CC-BY-SA-4.0",
            "ODbL-1.0", "CDLA-Sharing-1.0",
        ].map {
            plain($0, .derivatives)
        }
        + ["AGPL-3.0-only", "AGPL-3.0-or-later", "EUPL-1.2", "OSL-3.0"].map { plain($0, .network) }
        + ["CC-BY-NC-2.0", "CC-BY-NC-3.0", "CC-BY-NC-4.0"].map { creative($0, .none, commercial: false) }
        + ["CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"].map { creative($0, .derivatives, commercial: false) }
        + ["CC-BY-ND-3.0", "CC-BY-ND-4.0"].map { creative($0, .forbidden, commercial: true) }
        + ["CC-BY-NC-ND-3.0", "CC-BY-NC-ND-4.0"].map { creative($0, .forbidden, commercial: false) }

    private static let llamaNote = "the licence and a notice go with every copy; the acceptable use policy applies"

    private static let models: [LicenceTerms] = [
        model(
            "llama2", users: 700_000_000, notes: [llamaNote, "outputs must not improve other large language models"],
            source: "https://ai.meta.com/llama/license/"),
        model(
            "llama3", users: 700_000_000, naming: "Llama 3",
            notes: [
                llamaNote, "\"Built with Meta Llama 3\" has to be shown",
                "outputs must not improve other large language models",
            ], source: "https://www.llama.com/llama3/license/"),
        model(
            "llama3.1", users: 700_000_000, naming: "Llama",
            notes: [llamaNote, "\"Built with Llama\" has to be shown"],
            source: "https://www.llama.com/llama3_1/license/"),
        model(
            "llama3.2", users: 700_000_000, naming: "Llama",
            notes: [
                llamaNote, "\"Built with Llama\" has to be shown",
                "multimodal models are not licensed in the European Union",
            ], source: "https://www.llama.com/llama3_2/license/"),
        model(
            "llama3.3", users: 700_000_000, naming: "Llama",
            notes: [llamaNote, "\"Built with Llama\" has to be shown"],
            source: "https://www.llama.com/llama3_3/license/"),
        model(
            "llama4", users: 700_000_000, naming: "Llama",
            notes: [
                llamaNote, "\"Built with Llama\" has to be shown",
                "multimodal models are not licensed in the European Union",
            ], source: "https://www.llama.com/llama4/license/"),
        model(
            "gemma",
            notes: [
                "the terms and the prohibited use policy go with every copy and every model derived, distilled ones too"
            ], source: "https://ai.google.dev/gemma/terms"),
        model(
            "openrail", notes: ["the use restrictions go with every copy"],
            source: "https://www.licenses.ai/ai-licenses"),
        model(
            "openrail++", notes: ["the use restrictions go with every copy"],
            source: "https://huggingface.co/stabilityai/stable-diffusion-xl-base-1.0/blob/main/LICENSE.md"),
        model(
            "creativeml-openrail-m", notes: ["the use restrictions go with every copy"],
            source: "https://huggingface.co/spaces/CompVis/stable-diffusion-license"),
        model(
            "bigscience-openrail-m", notes: ["the use restrictions go with every copy"],
            source: "https://www.licenses.ai/blog/2022/8/26/bigscience-open-rail-m-license"),
        model(
            "bigscience-bloom-rail-1.0", notes: ["the use restrictions go with every copy"],
            source: "https://huggingface.co/spaces/bigscience/license"),
        model(
            "bigcode-openrail-m", notes: ["the use restrictions go with every copy"],
            source: "https://huggingface.co/spaces/bigcode/bigcode-model-license-agreement"),
        model(
            "qwen", restricts: false, users: 100_000_000,
            notes: ["\"Built with Qwen\" or \"Improved using Qwen\" has to be shown on models made with it"],
            source: "https://huggingface.co/Qwen/Qwen2.5-72B-Instruct/blob/main/LICENSE"),
        model(
            "qwen-research", commercial: false, restricts: false,
            notes: ["\"Built with Qwen\" or \"Improved using Qwen\" has to be shown on models made with it"],
            source: "https://huggingface.co/Qwen/Qwen2.5-3B-Instruct/blob/main/LICENSE"),
        model(
            "mrl", commercial: false, restricts: false, notes: ["research only; derivatives under the same terms"],
            source: "https://mistral.ai/licenses/MRL-0.1.md"),
        model(
            "mnpl", commercial: false, restricts: false, notes: ["no production use; derivatives under the same terms"],
            source: "https://mistral.ai/licenses/MNPL-0.1.md"),
        model(
            "deepseek", notes: ["the use restrictions go with every copy"],
            source: "https://github.com/deepseek-ai/DeepSeek-LLM/blob/main/LICENSE-MODEL"),
        model(
            "falcon-llm",
            notes: [
                "the acceptable use policy goes with every copy",
                "hosting as a shared service may need another licence",
            ], source: "https://falconllm.tii.ae/falcon-terms-and-conditions.html"),
        model(
            "apple-amlr", commercial: false, restricts: false, notes: ["research only"],
            source: "https://huggingface.co/apple/deeplabv3-mobilevit-small/blob/main/LICENSE"),
    ]

    private static let table: [String: LicenceTerms] = {
        var table: [String: LicenceTerms] = [:]
        for terms in software + models { table[terms.identifier.lowercased()] = terms }
        for (old, new) in [
            ("gpl-2.0", "gpl-2.0-only"), ("gpl-3.0", "gpl-3.0-only"), ("lgpl-2.1", "lgpl-2.1-only"),
            ("lgpl-3.0", "lgpl-3.0-only"), ("agpl-3.0", "agpl-3.0-only"), ("odc-by", "odc-by-1.0"),
            ("odbl", "odbl-1.0"), ("pddl", "pddl-1.0"), ("llama-2", "llama2"), ("llama-3", "llama3"),
        ] {
            table[old] = table[new]
        }
        return table
    }()

    /// The terms of an SPDX or hub identifier; nil when they are not in the table.
    public static func find(_ identifier: String) -> LicenceTerms? { table[identifier.lowercased()] }
}
