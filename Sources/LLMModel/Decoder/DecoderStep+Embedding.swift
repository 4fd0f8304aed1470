internal import LLMTensor
internal import LLMTokenizer

extension DecoderStep {
    /// Puts the embeddings of consecutive tokens of a sequence into rows of the workspace, and notes their positions.
    ///
    /// The tokens have been checked against the vocabulary.
    func embed(
        _ tokens: UnsafeBufferPointer<TokenID>, firstRow: Int, firstPosition: Int
    ) throws(TensorError) {
        let size = configuration.hiddenSize
        let table = model.tokenEmbedding
        let perRow = size / table.elementType.elementsPerBlock
        for (index, token) in tokens.enumerated() {
            let row = firstRow + index
            let position = firstPosition + index
            positions[row] = Int32(position)
            let out = UnsafeMutableBufferPointer(start: workspace.hidden + row * strides.hidden, count: size)
            try table.dequantize(firstBlock: Int(token) * perRow, into: out)
            if index % Self.embeddedRowLimit == Self.embeddedRowLimit - 1 { table.releaseMappedPages() }
            if configuration.embeddingScale != 1 {
                for column in out.indices { out[column] *= configuration.embeddingScale }
            }
            if let learned = model.positionEmbedding {
                let scratch = UnsafeMutableBufferPointer(start: workspace.deltas.0, count: size)
                let perPosition = size / learned.elementType.elementsPerBlock
                try learned.dequantize(firstBlock: position * perPosition, into: scratch)
                for column in out.indices { out[column] += scratch[column] }
            }
        }
        table.releaseMappedPages()
    }

    /// Rows that are read before what they mapped is given back: a row of a few hundred bytes maps up to two megabytes,
    /// where the system keeps files in large pages.
    private static let embeddedRowLimit = 2
}
