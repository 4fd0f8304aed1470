// Reads records of four formats, cleans and deduplicates them, and says what was dropped and why.
//
//     swift run -c release CleanDocuments [FOLDER]
//
// Without a folder it makes one: the records of a made-up service desk.
import Foundation
import LLMData
import ServiceDeskWorld

let folder: String
if CommandLine.arguments.count > 1 {
    folder = CommandLine.arguments[1]
} else {
    let world = ServiceDeskWorld(.init(seed: 1, recordCount: 400))
    folder = try world.write(to: FileManager.default.temporaryDirectory.appending(path: "service-desk")).records.path
}

// Stages look at one document at a time, in this order.
let stages: [any DocumentStage] = [
    UnicodeNormalizationStage(), CleaningStage(),
    GopherRepetitionFilter(.init()),
    GopherQualityFilter(
        {
            var limits = GopherQualityFilter.Configuration()
            limits.minimumWords = 8
            return limits
        }()),
]

var kept: [Document] = []
var dropped: [String: Int] = [:]
for try await record in try FolderSource(path: folder).records() {
    switch record {
    case .malformed(let malformed):
        print("\(malformed.origin.name), record \(malformed.origin.record ?? 0): \(malformed.reason)")
    case .document(var document):
        var reason: String?
        for stage in stages {
            if case .drop(let why) = try stage.process(&document) {
                reason = "\(stage.name): \(why)"
                break
            }
        }
        if let reason { dropped[reason, default: 0] += 1 } else { kept.append(document) }
    }
}

// Deduplication looks at all of them together.
let near = try MinHashDeduplication()
let removals = try near.removals(signatures: kept.map { try near.signature(of: $0) })
for (reason, count) in dropped.sorted(by: { $0.key < $1.key }) { print("\(count) dropped by \(reason)") }
print("\(removals.count) dropped as near duplicates")
print("\(kept.count - removals.count) documents kept")
