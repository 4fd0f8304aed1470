internal import LLMTensor

/// The checkpoints of a run: folders `checkpoint-<step>` side by side.
///
/// A checkpoint gets its name when it is complete and on the device, so whatever has a name can be used; what an
/// interrupted save left behind has a hidden name, is never read, and is removed by the next save.
public struct CheckpointFolder: Sendable, Equatable {
    /// The folder that holds the checkpoints.
    public let path: String

    private static let prefix = "checkpoint-"
    private static let unfinishedPrefix = ".unfinished-"

    /// Looks into a folder, which need not be there yet.
    public init(_ path: String) {
        self.path = path.utf8.count > 1 && path.utf8.last == UInt8(ascii: "/") ? String(path.dropLast()) : path
    }

    /// Complete checkpoints, oldest first.
    public var checkpoints: [Checkpoint] {
        FileSystem.names(in: path)
            .compactMap { name -> Checkpoint? in
                guard name.hasPrefix(Self.prefix), let step = Int(name.dropFirst(Self.prefix.utf8.count)) else {
                    return nil
                }
                let folder = path + "/" + name
                guard SystemCall.kind(of: folder + "/" + Checkpoint.stateName) == .regular else { return nil }
                return Checkpoint(path: folder, step: step)
            }
            .sorted { $0.step < $1.step }
    }

    /// The complete checkpoint with the most steps; nil when there is none.
    public var latest: Checkpoint? { checkpoints.last }

    /// Saves a run, and removes checkpoints that are not to be kept.
    func save(_ trainer: Trainer) throws -> String {
        let step = trainer.progress.step
        let digits = String(step)
        let name = Self.prefix + String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
        let final = path + "/" + name
        let temporary = path + "/" + Self.unfinishedPrefix + name
        try FileSystem.makeFolder(path)
        for old in FileSystem.names(in: path) where old.hasPrefix(Self.unfinishedPrefix) {
            try FileSystem.removeFolder(path + "/" + old)
        }
        try FileSystem.makeFolder(temporary)
        try Checkpoint.write(trainer, to: temporary)
        // A run that went back and came here again replaces what is there.
        try FileSystem.removeFolder(final)
        try FileSystem.rename(folder: temporary, to: final)
        if let kept = trainer.configuration.checkpoints?.keepsLast {
            for old in checkpoints.filter({ $0.step < step }).dropLast(max(0, kept - 1)) {
                try FileSystem.removeFolder(old.path)
            }
        }
        return final
    }
}

/// One complete checkpoint: `parameters.safetensors`, `optimizer.safetensors` and `state.json`.
public struct Checkpoint: Sendable, Equatable {
    /// The checkpoint's folder.
    public let path: String
    /// Steps that were done.
    public let step: Int

    static let parametersName = "parameters.safetensors"
    static let optimizerName = "optimizer.safetensors"
    static let stateName = "state.json"
}
