internal import LLMTensor

/// Writes every event as one JSON object on a line, with the time; a run that goes on adds to the file.
public final class JSONLinesLog: TrainingObserver {
    private let file: AppendingFile

    /// Opens the file, or makes it.
    ///
    /// - Throws: `TensorFileError` when the file cannot be written.
    public init(path: String) throws {
        file = try AppendingFile(path: path)
    }

    /// Writes an event.
    public func record(_ event: TrainingEvent) throws {
        guard case .object(var object) = event.json else { return }
        object["time"] = .number(WallClock.seconds)
        try file.append(JSONWriter().bytes(of: .object(object)) + [UInt8(ascii: "\n")])
    }
}
