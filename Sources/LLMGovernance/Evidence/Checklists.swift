extension Checklist {
    private static func duty(
        _ reference: String, _ summary: String, _ evidence: [String], from: String = "", days: Int? = nil,
        scopes: Set<String> = []
    ) -> Duty {
        Duty(
            reference: reference, summary: summary, evidence: evidence, appliesFrom: from, validDays: days,
            scopes: scopes)
    }

    /// The European AI Act, with the dates as the Digital Omnibus of 2026 moved them.
    public static let aiAct = Checklist(
        identifier: "eu-ai-act", title: "European AI Act (Regulation (EU) 2024/1689)",
        source: "https://eur-lex.europa.eu/eli/reg/2024/1689/oj", asOf: "2026-06-29",
        duties: [
            duty(
                "Art. 4", "people who work with the system know enough about it", ["training-record"],
                from: "2025-02-02", days: 730),
            duty("Art. 5", "the use is none of the prohibited ones", ["use-assessment"], from: "2025-02-02"),
            duty(
                "Art. 53(1)(a)", "technical documentation of the model", ["model-card", "evaluation-report"],
                from: "2025-08-02", scopes: ["gpai"]),
            duty(
                "Art. 53(1)(b)", "information for those who build on the model", ["model-card"], from: "2025-08-02",
                scopes: ["gpai"]),
            duty(
                "Art. 53(1)(c)", "a policy to respect copyright and opt-outs", ["licence-check", "copyright-policy"],
                from: "2025-08-02", scopes: ["gpai"]),
            duty(
                "Art. 53(1)(d)", "a public summary of the training content", ["training-data-summary"],
                from: "2025-08-02", scopes: ["gpai"]),
            duty(
                "Art. 55", "evaluation, risk mitigation, incidents and security of models with systemic risk",
                ["red-team-report", "incident-process", "security-assessment"], from: "2025-08-02", days: 365,
                scopes: ["systemic-risk"]),
            duty(
                "Art. 50(1)", "people are told that they talk to a machine", ["disclosure"], from: "2026-08-02",
                scopes: ["generates-content"]),
            duty(
                "Art. 50(2)", "generated content is marked so that machines can tell", ["content-marking"],
                from: "2026-12-02", scopes: ["generates-content"]),
            duty(
                "Art. 9", "risk management over the life cycle", ["risk-register"], from: "2027-12-02", days: 365,
                scopes: ["high-risk"]),
            duty(
                "Art. 10", "governance of training and test data", ["data-statistics", "contamination-report"],
                from: "2027-12-02", scopes: ["high-risk"]),
            duty("Art. 12", "logs are kept automatically", ["audit-log"], from: "2027-12-02", scopes: ["high-risk"]),
            duty("Art. 14", "people oversee the system", ["human-review"], from: "2027-12-02", scopes: ["high-risk"]),
            duty(
                "Art. 15", "accuracy, robustness and security", ["evaluation-report", "guardrail-report"],
                from: "2027-12-02", days: 365, scopes: ["high-risk"]),
        ])

    /// The functions of NIST's AI Risk Management Framework, by category.
    public static let nist = Checklist(
        identifier: "nist-ai-rmf", title: "NIST AI Risk Management Framework 1.0",
        source: "https://doi.org/10.6028/NIST.AI.100-1", asOf: "2023-01-26",
        duties: [
            duty("GOVERN 1", "policies and processes for risks are in place", ["risk-policy"], days: 730),
            duty(
                "GOVERN 2", "who answers for what is settled, and people are trained", ["roles", "training-record"],
                days: 730),
            duty(
                "GOVERN 6", "risks of third-party models and data are handled", ["licence-check", "bill-of-materials"]),
            duty("MAP 1", "context and intended use are known", ["model-card"]),
            duty("MAP 4", "risks of all components are mapped", ["bill-of-materials", "risk-register"]),
            duty("MEASURE 1", "metrics are chosen", ["evaluation-report"]),
            duty(
                "MEASURE 2", "the system is tested for trustworthiness",
                ["evaluation-report", "guardrail-report", "privacy-report"], days: 365),
            duty("MEASURE 3", "risks are tracked over time", ["drift-report"], days: 90),
            duty("MANAGE 1", "risks are ranked and answered", ["risk-register"], days: 365),
            duty("MANAGE 4", "answers are watched, incidents told", ["monitoring", "incident-process"], days: 365),
        ])

    /// The objectives of Annex A of ISO/IEC 42001, in our words.
    public static let iso42001 = Checklist(
        identifier: "iso-42001", title: "ISO/IEC 42001:2023, objectives of Annex A",
        source: "https://www.iso.org/standard/42001", asOf: "2023-12-18",
        duties: [
            duty("A.2", "policies for AI", ["risk-policy"], days: 730),
            duty("A.3", "roles, and a way to report concerns", ["roles"]),
            duty("A.4", "resources are known and documented", ["bill-of-materials"]),
            duty("A.5", "effects on people are assessed", ["impact-assessment"], days: 730),
            duty("A.6", "the life cycle is managed", ["audit-log", "evaluation-report", "human-review"]),
            duty("A.7", "data has known quality and origin", ["data-statistics", "lineage"]),
            duty("A.8", "interested parties are informed", ["model-card"]),
            duty("A.9", "the system is used as intended", ["use-assessment", "monitoring"], days: 365),
            duty("A.10", "suppliers and customers know their part", ["licence-check"]),
        ])

    /// Hooks of the General Data Protection Regulation.
    public static let gdpr = Checklist(
        identifier: "gdpr", title: "General Data Protection Regulation (EU) 2016/679",
        source: "https://eur-lex.europa.eu/eli/reg/2016/679/oj", asOf: "2016-05-04",
        duties: [
            duty(
                "Art. 5(1)(c)", "no more personal data than needed", ["privacy-report"], from: "2018-05-25",
                scopes: ["personal-data"]),
            duty(
                "Art. 17", "erasure: data can be traced to the runs that used it", ["lineage"], from: "2018-05-25",
                scopes: ["personal-data"]),
            duty(
                "Art. 22", "people can decide where machines would decide alone", ["human-review"], from: "2018-05-25",
                scopes: ["personal-data"]),
            duty(
                "Art. 30", "records of processing", ["processing-record"], from: "2018-05-25", days: 365,
                scopes: ["personal-data"]),
            duty(
                "Art. 32", "security, leakage of training data among it", ["canary-report", "security-assessment"],
                from: "2018-05-25", days: 365, scopes: ["personal-data"]),
            duty(
                "Art. 35", "data protection impact assessment", ["impact-assessment"], from: "2018-05-25", days: 1095,
                scopes: ["personal-data"]),
        ])

    /// De-identification by HIPAA's Safe Harbor.
    public static let hipaa = Checklist(
        identifier: "hipaa-safe-harbor", title: "HIPAA Safe Harbor de-identification (45 CFR 164.514(b)(2))",
        source: "https://www.ecfr.gov/current/title-45/section-164.514", asOf: "2013-01-25",
        duties: [
            duty(
                "164.514(b)(2)(i)", "the eighteen kinds of identifiers are removed", ["privacy-report"],
                scopes: ["health-data"]),
            duty(
                "164.514(b)(2)(ii)", "nobody knows that the rest identifies somebody", ["human-review"],
                scopes: ["health-data"]),
        ])

    /// The OWASP list of 2025, with the evidence that shows each risk was looked at.
    public static let owasp = Checklist(
        identifier: "owasp-llm-2025", title: "OWASP Top 10 for LLM Applications 2025",
        source: "https://genai.owasp.org/llm-top-10/", asOf: "2024-11-18",
        duties: zip(
            RiskCatalogue.owasp2025,
            [
                ["guardrail-report"], ["privacy-report", "canary-report"], ["bill-of-materials", "licence-check"],
                ["lineage", "contamination-report"], ["guardrail-report"], ["tool-policy"], ["guardrail-report"],
                ["retrieval-permissions"], ["evaluation-report", "human-review"], ["usage-limits"],
            ]
        ).map { duty($0.identifier, $0.title, $1, days: 365) })

    /// All checklists.
    public static let all: [Checklist] = [.aiAct, .nist, .iso42001, .gdpr, .owasp, .hipaa]
}
