internal import LLMTensor

/// Parameters cut into pieces of a fixed size, so that threads share the work and sums have a fixed order.
struct ParameterChunks {
    /// Consecutive numbers of one parameter.
    struct Chunk {
        let group: Int
        let parameter: Int
        let start: Int
        let count: Int
    }

    /// Numbers of a whole chunk: four arrays of this size fit in a second-level cache.
    static let size = 1 << 14

    let chunks: [Chunk]

    init(_ groups: [[Parameter]]) {
        var chunks: [Chunk] = []
        for (group, parameters) in groups.enumerated() {
            for (index, parameter) in parameters.enumerated() {
                for start in stride(from: 0, to: parameter.elementCount, by: Self.size) {
                    let count = min(Self.size, parameter.elementCount - start)
                    chunks.append(Chunk(group: group, parameter: index, start: start, count: count))
                }
            }
        }
        self.chunks = chunks
    }

    /// Calls `body` for each chunk and its number, on all threads of the pool.
    func forEach(on pool: ComputePool, _ body: @escaping (_ number: Int, _ chunk: Chunk) -> Void) {
        pool.run(ChunkTask(chunks: chunks, body: body))
    }
}

/// Chunks dealt to the threads in turn; which thread takes which does not matter for the result.
private final class ChunkTask: ParallelTask {
    private let chunks: [ParameterChunks.Chunk]
    private let body: (Int, ParameterChunks.Chunk) -> Void

    init(chunks: [ParameterChunks.Chunk], body: @escaping (Int, ParameterChunks.Chunk) -> Void) {
        self.chunks = chunks
        self.body = body
    }

    func execute(worker: Int, of workerCount: Int) {
        for number in stride(from: worker, to: chunks.count, by: workerCount) { body(number, chunks[number]) }
    }
}
