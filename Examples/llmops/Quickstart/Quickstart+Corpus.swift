#if CommandLine
    import Foundation
    import LLMData
    import LLMEval
    import LLMTensor
    import LLMTokenizer
    import ServiceDeskWorld

    extension Quickstart {
        /// Generates the world and writes it as the files a company would have.
        mutating func makeWorld() throws -> ServiceDeskWorld {
            let world = ServiceDeskWorld(.init(seed: seed))
            let written = try world.write(to: URL(filePath: files.corpus))
            findings.recordCount = world.records.count
            findings.recordBytes = world.records.reduce(0) { $0 + $1.text.utf8.count }
            findings.malformed.planted = written.malformedCount
            note("\(world.records.count) records, \(findings.recordBytes / 1024) KiB of text, in four formats")
            return world
        }

        /// Runs the recipe over the records, and compares what it dropped with what was planted.
        mutating func prepareDocuments(_ world: ServiceDeskWorld) async throws {
            try Data(Self.recipe(seed: seed).utf8).write(to: URL(filePath: files.recipe))
            let progress = QuickstartProgress()
            // The split goes by the ids: it must not depend on where the run's folder is.
            var reading = FolderSource.Configuration()
            reading.hasRelativeIDs = true
            let pipeline = PreparationPipeline(
                recipe: try Recipe.read(path: files.recipe),
                sources: [try FolderSource(path: files.corpus + "/records", reading)],
                folder: files.data, options: .init(overwrites: true)
            ) { progress.show("   \($0.step.rawValue): \($0.done) of \($0.total.map(String.init) ?? "?")") }
            let statistics = try await pipeline.run().statistics
            progress.clear()
            findings.malformed.named = statistics.malformed
            for (stage, reasons) in statistics.dropped.sorted(by: { $0.key < $1.key }) {
                for (reason, count) in reasons.sorted(by: { $0.key < $1.key }) {
                    findings.drops.append((stage, reason, count))
                }
            }
            for split in QuickstartSplit.allCases { try readDocuments(split) }
            findings.detections = detections(world)
            note(
                "\(statistics.records) records: \(statistics.kept) kept, \(statistics.droppedCount) dropped, "
                    + "\(statistics.malformed) of \(findings.malformed.planted) broken ones named")
            for detection in findings.detections {
                note(
                    "\(detection.name): precision \(detection.precision.formatted(decimals: 3)), "
                        + "recall \(detection.recall.formatted(decimals: 3))")
            }
        }

        /// What is done with the records. `llmops data prepare` runs the same file.
        private static func recipe(seed: UInt64) -> String {
            """
            name: service desk
            stages:
              - unicode_normalization: { form: nfc }
              - cleaning
              # A record that says only "Still broken." is completed from its fields.
              - context: { template: "{title}. {reporter} at {site} wrote on {date}: {text}", maximumCharacters: 40 }
              # Tickets repeat themselves and hold many numbers: looser than the published limits, which are for prose.
              - gopher_repetition:
                  duplicateParagraphs: null
                  duplicateParagraphCharacters: null
                  topGrams: { 2: 0.35, 3: 0.35, 4: 0.35 }
                  duplicateGrams: { 5: 0.6, 10: 0.5 }
              - gopher_quality: { minimumWords: 8, minimumAlphabeticWords: 0.6, minimumStopWords: 1 }
              - c4_quality: { requiresTerminalMark: false, minimumSentences: 1, minimumWordsPerLine: null }
              - fineweb_quality: { maximumShortLines: 0.9, maximumNewlinesPerWord: 0.5 }
            deduplicate:
              - exact
              # Stricter than for prose: tickets of one kind are alike without being copies.
              - minhash: { bucketCount: 14, hashesPerBucket: 16 }
            split:
              seed: \(seed)
              parts: { train: 0.9, held_out: 0.1 }
            output: { excluded: true }

            """
        }

        /// The number of a record, `R000042`, out of a document's id, which names the file too.
        private static func record(_ id: String) -> String {
            id.firstMatch(of: /R[0-9]{6}/).map { String($0.output) } ?? id
        }

        private mutating func readDocuments(_ split: QuickstartSplit) throws {
            let path = "\(files.data)/\(split.rawValue).jsonl"
            for line in try InputText.lines(path: path) {
                let value = try JSONValue.parse(line, source: path)
                guard let id = value["id"]?.stringValue, let text = value["text"]?.stringValue else { continue }
                findings.documents.append(.init(id: Self.record(id), text: text, split: split))
            }
        }

        /// How well the planted records were found: of each group of copies one is to stay.
        private func detections(_ world: ServiceDeskWorld) -> [QuickstartDetection] {
            var dropped: [String: String] = [:]
            for line in (try? InputText.lines(path: files.data + "/excluded.jsonl")) ?? [] {
                guard let value = try? JSONValue.parse(line), let id = value["id"]?.stringValue else { continue }
                dropped[Self.record(id)] = value["stage"]?.stringValue ?? ""
            }
            let kept = Set(findings.documents.map(\.id))
            var exact = QuickstartDetection(name: "exact duplicates")
            var near = QuickstartDetection(name: "near duplicates")
            var noise = QuickstartDetection(name: "noise")
            var groups: [String: [ServiceDeskRecord]] = [:]
            for record in world.records {
                switch record.plant {
                case .exactDuplicate(let original), .nearDuplicate(let original):
                    groups[original, default: []].append(record)
                default: groups[record.id, default: []].append(record)
                }
            }
            for members in groups.values {
                let survivors = members.filter { kept.contains($0.id) }.count
                let isOriginalKept = members.contains { $0.plant == .none && kept.contains($0.id) }
                for member in members {
                    let isKept = kept.contains(member.id)
                    let isDuplicate = dropped[member.id]?.hasSuffix("deduplication") == true
                    switch member.plant {
                    case .exactDuplicate:
                        exact.planted += 1
                        exact.found += isKept && isOriginalKept ? 0 : 1
                    case .nearDuplicate:
                        near.planted += 1
                        near.found += isKept && isOriginalKept ? 0 : 1
                    case .noise:
                        noise.planted += 1
                        noise.found += isKept ? 0 : 1
                    case .none, .short:
                        // Nothing is left of a story that was told once, or all of its copies are gone.
                        if !isKept, survivors == 0 { if isDuplicate { near.wrong += 1 } else { noise.wrong += 1 } }
                    }
                }
            }
            return [exact, near, noise]
        }
    }

    /// A line of progress that may be written from any thread.
    final class QuickstartProgress: @unchecked Sendable {
        private let lock = NSLock()
        private var line = ProgressLine()

        func show(_ text: String) { lock.withLock { line.show(text) } }
        func clear() { lock.withLock { line.clear() } }
    }
#endif
