#if CommandLine
    import LLMEval
    import ServiceDeskWorld

    /// Documents that are learned from, and documents that are kept for measuring.
    enum QuickstartSplit: String, CaseIterable {
        case train
        case heldOut = "held_out"
    }

    /// A text that cleaning left.
    struct QuickstartDocument {
        var id: String
        var text: String
        var split: QuickstartSplit
    }

    /// What a training run reported.
    struct QuickstartRunLog {
        var parameters = 0
        var trainableParameters = 0
        var steps: [(step: Int, loss: Double, tokensPerSecond: Double)] = []
        var evaluations: [(step: Int, loss: Double)] = []
        var tokens = 0
        var seconds = 0.0

        var tokensPerSecond: Double { Double(tokens) / max(seconds, 1e-9) }
    }

    /// How well planted records of one kind were found.
    struct QuickstartDetection {
        var name: String
        var planted = 0
        var found = 0
        var wrong = 0

        var precision: Double { found + wrong == 0 ? 1 : Double(found) / Double(found + wrong) }
        var recall: Double { planted == 0 ? 1 : Double(found) / Double(planted) }
    }

    /// A model file and what it is worth.
    struct QuickstartVariant {
        var name: String
        var bytes = 0
        var perplexity: PerplexityResult?
        var classification: ClassificationResult?
        var meanKL: Double?
        var topAgreement: Double?
        var tokensPerSecond: Double?
    }

    /// Everything the stations found, for the report.
    struct QuickstartFindings {
        var stations: [(title: String, seconds: Double)] = []
        var recordCount = 0
        var recordBytes = 0
        var malformed: (planted: Int, named: Int) = (0, 0)
        var documents: [QuickstartDocument] = []
        var drops: [(stage: String, reason: String, count: Int)] = []
        var detections: [QuickstartDetection] = []
        var vocabularySize = 0
        var bytesPerToken = 0.0
        var tokenCounts: [QuickstartSplit: Int] = [:]
        var frequentTokens: [(token: String, count: Int, documents: Int)] = []
        /// The baseline on the held-out documents.
        var nGram: (perplexity: Double, bitsPerByte: Double, grams: Int)?
        var pretraining = QuickstartRunLog()
        var tuning = QuickstartRunLog()
        var majority: ClassificationResult?
        var variants: [QuickstartVariant] = []
        var samples: [(prompt: String, text: String)] = []
        var seconds = 0.0
        /// Reports of tickets without personal data, by record.
        var reports: [String: String] = [:]
        var checks = QuickstartChecks()
        var serving = QuickstartServing()
        var approval = QuickstartApproval()

        func texts(of split: QuickstartSplit) -> [String] { documents.filter { $0.split == split }.map(\.text) }

        /// The tickets behind the documents of a split: records that a person reported.
        func tickets(of split: QuickstartSplit, _ world: ServiceDeskWorld) -> [ServiceDeskRecord] {
            let ids = Set(documents.filter { $0.split == split }.map(\.id))
            return world.records.filter { ids.contains($0.id) && $0.form != .article && $0.plant == .none }.map {
                var record = $0
                record.report = reports[record.id] ?? record.report
                return record
            }
        }

        /// What the command prints with --json.
        func json(_ files: QuickstartFiles) -> OutputObject {
            let tuned = variants.first { $0.name == "tuned" }
            return [
                "report": .text(files.report), "figures": .text(files.figures), "seconds": .number(seconds),
                "documents": .integer(documents.count),
                "held_out_loss": .optional(pretraining.evaluations.last?.loss),
                "perplexity": .optional(variants.first?.perplexity?.perplexity),
                "ngram_perplexity": .optional(nGram?.perplexity),
                "accuracy": .optional(tuned?.classification?.accuracy),
                "majority_accuracy": .optional(majority?.accuracy),
                "accuracy_other_words": .optional(serving.accuracies.first?.shifted),
                "accuracy_other_words_improved": .optional(serving.accuracies.last?.shifted),
                "drift_alerts": .integer(serving.readings.count { $0.isRaised }),
                "audit_entries": .integer(approval.auditEntries),
                "verified": .boolean(approval.isIntact && approval.foundTampering),
            ]
        }
    }
#endif
