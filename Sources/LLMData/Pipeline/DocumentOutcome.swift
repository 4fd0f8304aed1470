/// What became of a record on its way through the stages of a recipe.
public enum DocumentOutcome: Sendable, Equatable {
    /// It stays, as it is now.
    case kept(Document)
    /// A stage dropped it; the document as the stage got it.
    case dropped(Document, stage: String, reason: String)
    /// It could not be read, or a stage could not look at it.
    case malformed(MalformedRecord)
}

/// Runs the stages that look at one document at a time. May be used from any thread.
package struct StageRunner: Sendable {
    let stages: [any DocumentStage]

    package init(stages: [any DocumentStage]) { self.stages = stages }

    package func run(_ record: SourceRecord) -> DocumentOutcome {
        guard case .document(var document) = record else {
            if case .malformed(let report) = record { return .malformed(report) }
            return .malformed(MalformedRecord(origin: DocumentOrigin(name: ""), reason: "no document"))
        }
        for stage in stages {
            let origin = document.origin
            do {
                switch try stage.process(&document) {
                case .keep: continue
                case .drop(let reason): return .dropped(document, stage: stage.name, reason: reason)
                }
            } catch {
                return .malformed(MalformedRecord(origin: origin, reason: "stage \(stage.name): \(error)"))
            }
        }
        return .kept(document)
    }
}
