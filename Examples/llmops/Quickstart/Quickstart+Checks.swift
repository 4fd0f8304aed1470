#if CommandLine
    import Foundation
    import LLMGovernance
    import LLMModel
    import LLMTensor
    import LLMTokenizer
    import LLMTraining
    import ServiceDeskWorld

    /// What the checks before a release found.
    struct QuickstartChecks {
        /// Personal data of one kind: what the generator planted and what was found.
        struct PersonalData {
            var kind: String
            var planted = 0
            var found = 0
            var wrong = 0

            var precision: Double { found + wrong == 0 ? 1 : Double(found) / Double(found + wrong) }
            var recall: Double { planted == 0 ? 1 : Double(found) / Double(planted) }
            /// Recall counts four times as much as precision.
            var f2: Double {
                let (p, r) = (precision, recall)
                return p + r == 0 ? 0 : 5 * p * r / (4 * p + r)
            }
        }

        var personalData: [PersonalData] = []
        /// Places that were blacked out in the documents that are learned from.
        var redacted = 0
        /// Share of the held-out documents that count as seen, by the share that was planted.
        var contamination: [(planted: Double, dirty: Double, longest: Double)] = []
        /// Share that counts as seen in this run's own split.
        var ownContamination = 0.0
        var untouched: CanaryExposure?
        var planted: CanaryExposure?
    }

    extension Quickstart {
        /// Kinds that the generator plants; names are left to people.
        private static let plantedKinds: [PersonalDataKind] = [
            .emailAddress, .phoneNumber, .ibanCode, .creditCard, .ipAddress,
        ]

        /// Finds personal data, compares with what was planted, and blacks it out where models learn from it.
        mutating func redact(_ world: ServiceDeskWorld) throws {
            let detector = PersonalDataDetector(.init(kinds: Set(Self.plantedKinds)))
            var results = Dictionary(
                uniqueKeysWithValues: Self.plantedKinds.map {
                    ($0.rawValue, QuickstartChecks.PersonalData(kind: $0.rawValue))
                })
            for record in world.records {
                let truth = record.personalData.filter { results[$0.kind] != nil }
                let found = detector.scan(record.text, at: .retrieval)
                for datum in truth {
                    results[datum.kind]?.planted += 1
                    let hit = found.contains {
                        $0.kind == datum.kind && $0.range.lowerBound < datum.end && $0.range.upperBound > datum.start
                    }
                    if hit { results[datum.kind]?.found += 1 }
                }
                for finding in found
                where !truth.contains(where: {
                    $0.start < finding.range.upperBound && $0.end > finding.range.lowerBound
                }) {
                    results[finding.kind]?.wrong += 1
                }
            }
            findings.checks.personalData = Self.plantedKinds.compactMap { results[$0.rawValue] }
            for index in findings.documents.indices {
                let text = Self.redacted(findings.documents[index].text, detector)
                findings.checks.redacted += text.count
                findings.documents[index].text = text.text
            }
            for record in world.records { findings.reports[record.id] = Self.redacted(record.report, detector).text }
            for result in findings.checks.personalData {
                note(
                    "\(result.kind): \(result.planted) planted, precision \(result.precision.formatted(decimals: 3)), "
                        + "recall \(result.recall.formatted(decimals: 3))")
            }
            note("\(findings.checks.redacted) places blacked out in \(findings.documents.count) documents")
        }

        /// A text with what was found replaced by the name of its kind.
        private static func redacted(_ text: String, _ detector: PersonalDataDetector) -> (text: String, count: Int) {
            let found = detector.scan(text, at: .retrieval)
            guard !found.isEmpty else { return (text, 0) }
            let bytes = Array(text.utf8)
            var result: [UInt8] = []
            var place = 0
            for finding in found where finding.range.lowerBound >= place {
                result += bytes[place..<finding.range.lowerBound] + Array("<\(finding.kind)>".utf8)
                place = finding.range.upperBound
            }
            return (String(decoding: result + bytes[place...], as: UTF8.self), found.count)
        }

        /// Looks for held-out documents in what is learned from; the same with a tenth and a half of them planted there.
        mutating func checkContamination() throws {
            let train = findings.texts(of: .train)
            let heldOut = findings.texts(of: .heldOut)
            for planted in [0, 0.1, 0.5] {
                // Records of one problem share whole sentences: only what is nearly the whole document counts.
                var check = try ContaminationCheck(
                    items: heldOut, rules: [.init(name: "longest", length: 13, measure: .longestSpan(0.9))])
                for text in train { check.add(text) }
                for text in heldOut.prefix(Int(planted * Double(heldOut.count))) { check.add(text) }
                guard let result = check.report().results.first else { continue }
                let longest = result.items.reduce(0) { $0 + $1.share } / Double(max(1, result.items.count))
                findings.checks.contamination.append((planted, result.dirtyShare, longest))
                note(
                    "\(Int(planted * 100)) % planted: \((100 * result.dirtyShare).formatted(decimals: 1)) % of the "
                        + "held-out documents found")
            }
            findings.checks.ownContamination = findings.checks.contamination.first?.dirty ?? 0
        }

        /// Tunes a throw-away copy on documents with secrets among them, and asks it and the untouched model for the secrets.
        mutating func exposeCanaries(_ tokenizer: any Tokenizer) async throws {
            let plan = try CanaryPlan(
                format: CanaryFormat(prefix: "The access code of the vault is ", pattern: "## ## ##"), count: 4,
                repetitions: [1, 4, 16], seed: seed)
            let encoder = ExampleEncoder(tokenizer: tokenizer, template: nil)
            let documents = findings.texts(of: .train).prefix(200)
            let examples = (documents + plan.trainingTexts).map { encoder.encode(prompt: "", completion: $0) }
            let path = files.folder + "/canary.gguf"
            _ = try await adapt(
                files.base, to: path, name: "quickstart canaries", tokenizer, examples: examples,
                heldOut: findings.texts(of: .heldOut).prefix(20).map { encoder.encode(prompt: "", completion: $0) },
                epochs: 3)
            for (path, isPlanted) in [(files.base, false), (path, true)] {
                let model = try ModelBundle.load(path: path, options: LoadOptions(compute: .exact))
                let exposure = try CanaryExposure(plan: plan, references: 255) { probes in
                    try Self.logProbabilities(probes, model, start: model.tokenizer.id(of: Self.endOfText))
                }
                if isPlanted { findings.checks.planted = exposure } else { findings.checks.untouched = exposure }
                let levels = exposure.levels.map {
                    "\($0.repetitions)x: \($0.meanEstimated.formatted(decimals: 1))"
                }
                note(
                    "\(isPlanted ? "tuned with secrets" : "untouched"): exposure in bits by repetitions "
                        + levels.joined(separator: ", "))
            }
        }

        /// The sum of the log-probabilities of each continuation's tokens.
        private static func logProbabilities(
            _ probes: [CanaryExposure.Probe], _ model: ModelBundle, start: TokenID?
        ) throws -> [Double] {
            let session = try DecoderSession(model: model.decoder, contextLength: contextLength)
            return try probes.map { probe in
                let prefix = [start].compactMap { $0 } + model.tokenizer.encode(probe.prefix)
                let tokens = [start].compactMap { $0 } + model.tokenizer.encode(probe.prefix + probe.continuation)
                // Tokens may join what stands on both sides: all behind the common start are counted.
                let common = zip(prefix, tokens).prefix { $0 == $1 }.count
                var sum = 0.0
                session.reset()
                try session.append(Array(tokens.dropLast()), logits: .all) { index, logits in
                    guard index + 1 >= common else { return }
                    let largest = logits.max() ?? 0
                    let normalizer = logits.reduce(0.0) { $0 + exp(Double($1 - largest)) }
                    sum += Double(logits[Int(tokens[index + 1])] - largest) - log(normalizer)
                }
                return sum
            }
        }
    }

#endif
