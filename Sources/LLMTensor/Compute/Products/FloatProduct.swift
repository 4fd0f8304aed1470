internal import CLLMKernels

/// What the factors of a product are rounded to, to nearest, ties to even.
package enum FloatPrecision: Sendable {
    /// Nothing is rounded.
    case float32
    /// The upper half of a float32.
    case bfloat16
}

/// A matrix product: `out[row][column] = (accumulates ? out : 0) + alpha * sum over depth of left * right`.
package struct FloatProduct {
    /// Lanes are rows of the result.
    package var left: FloatOperand
    /// Lanes are columns of the result.
    package var right: FloatOperand
    /// `[rows][columns]`, rows `outStride` floats apart.
    package var out: UnsafeMutablePointer<Float>
    package var outStride: Int
    package var rows: Int
    package var columns: Int
    /// Summed over.
    package var depth: Int
    package var alpha: Float
    package var accumulates: Bool
    /// What the factors are rounded to; sums are float32 always.
    package var precision = FloatPrecision.float32

    package init(
        _ left: FloatOperand, _ right: FloatOperand, into out: UnsafeMutablePointer<Float>, stride: Int, rows: Int,
        columns: Int, depth: Int, alpha: Float = 1, accumulates: Bool = false
    ) {
        self.left = left
        self.right = right
        self.out = out
        outStride = stride
        self.rows = rows
        self.columns = columns
        self.depth = depth
        self.alpha = alpha
        self.accumulates = accumulates
    }
}

/// How a product is cut into blocks: after Goto and van de Geijn, "Anatomy of High-Performance Matrix
/// Multiplication", 2008.
///
/// One factor (the one with fewer lanes) is packed whole by all threads and stays in the outer caches; the other is
/// packed panel by panel by the thread that multiplies it, and stays in the inner ones. Depth is cut at places that
/// depend on the depth alone, and every element is summed in order: results depend neither on the number of threads
/// nor on what else is multiplied.
struct FloatBlocking {
    /// Most depths of one pass of the inner tile: panels fit the first-level cache, and sums are short. Those of the
    /// passes are added up, which loses less to rounding than one sum over all depths.
    static let tileDepth = 128

    let product: FloatProduct
    let kernels: Kernels
    /// Whether the packed factor is the left one.
    let sharesLeft: Bool
    /// Depths of one pass of the inner tile.
    let depthStep: Int
    /// Depths packed at once.
    let depthBlock: Int
    /// Lanes of the shared factor packed at once.
    let laneBlock: Int

    /// - Parameter capacity: Floats of room for the packed factor.
    init(_ product: FloatProduct, kernels: Kernels, capacity: Int) {
        self.product = product
        self.kernels = kernels
        sharesLeft = product.rows <= product.columns
        let steps = max(1, (product.depth + Self.tileDepth - 1) / Self.tileDepth)
        var step = max(1, (product.depth + steps - 1) / steps)
        // Pairs of depths are not cut.
        if product.precision == .bfloat16 { step = (step + 1) & ~1 }
        depthStep = step
        let width = sharesLeft ? kernels.tileRows : kernels.tileColumns
        let panels = ((sharesLeft ? product.rows : product.columns) + width - 1) / width
        let panelLimit = max(1, capacity / (width * Self.floats(depthStep, product.precision)))
        laneBlock = min(panels, panelLimit) * width
        depthBlock = min(max(1, capacity / (laneBlock * Self.floats(depthStep, product.precision))), steps) * depthStep
    }

    /// Floats of memory that some depths of a lane take in a panel.
    private static func floats(_ depths: Int, _ precision: FloatPrecision) -> Int {
        precision == .bfloat16 ? (depths + 1) / 2 : depths
    }

    private func floats(_ depths: Int) -> Int { Self.floats(depths, product.precision) }

    var sharedWidth: Int { sharesLeft ? kernels.tileRows : kernels.tileColumns }
    var sharedLanes: Int { sharesLeft ? product.rows : product.columns }
    var privateWidth: Int { sharesLeft ? kernels.tileColumns : kernels.tileRows }
    var privateLanes: Int { sharesLeft ? product.columns : product.rows }

    /// Panels of the private factor that one unit of work packs.
    static let leftPanelsPerUnit = 4

    /// Floats of thread-private room ``compute`` needs.
    static func privateFloats(_ kernels: Kernels) -> Int {
        tileDepth * max(kernels.tileColumns, leftPanelsPerUnit * kernels.tileRows)
    }

    /// Packs one panel of the shared factor.
    func packShared(
        panel: Int, lanes: Range<Int>, depths: Range<Int>, into shared: UnsafeMutablePointer<Float>
    ) {
        let first = lanes.lowerBound + panel * sharedWidth
        (sharesLeft ? product.left : product.right).pack(
            lanes: first..<min(first + sharedWidth, lanes.upperBound), depths: depths, width: sharedWidth,
            product.precision, into: shared + panel * floats(depths.count) * sharedWidth)
    }

    /// Units of work of one block, and how the lanes of the shared factor are split among them.
    func units(lanes: Range<Int>, threads: Int) -> (count: Int, splits: Int) {
        let perUnit = sharesLeft ? privateWidth : privateWidth * Self.leftPanelsPerUnit
        let pieces = (privateLanes + perUnit - 1) / perUnit
        let panels = (lanes.count + sharedWidth - 1) / sharedWidth
        guard threads > 1, pieces < 6 * threads else { return (pieces, 1) }
        let splits = max(1, min((6 * threads + pieces - 1) / pieces, panels / 4))
        return (pieces * splits, splits)
    }

    /// Multiplies one unit: packs its private panels, and runs the tile over its share of the packed panels.
    func compute(
        unit: Int, splits: Int, lanes: Range<Int>, depths: Range<Int>, shared: UnsafePointer<Float>,
        own: UnsafeMutablePointer<Float>
    ) {
        let panels = (lanes.count + sharedWidth - 1) / sharedWidth
        let (piece, split) = (unit / splits, unit % splits)
        let range = (panels * split / splits)..<(panels * (split + 1) / splits)
        let perUnit = sharesLeft ? privateWidth : privateWidth * Self.leftPanelsPerUnit
        let firstLane = piece * perUnit
        let laneCount = min(perUnit, privateLanes - firstLane)
        for start in stride(from: depths.lowerBound, to: depths.upperBound, by: depthStep) {
            let step = start..<min(start + depthStep, depths.upperBound)
            let stepFloats = floats(step.count)
            for lane in stride(from: 0, to: laneCount, by: privateWidth) {
                let first = firstLane + lane
                (sharesLeft ? product.right : product.left).pack(
                    lanes: first..<(first + min(privateWidth, laneCount - lane)), depths: step,
                    width: privateWidth, product.precision, into: own + lane * stepFloats)
            }
            for panel in range {
                let packed = shared + (panel * floats(depths.count) + floats(start - depths.lowerBound)) * sharedWidth
                let sharedFirst = lanes.lowerBound + panel * sharedWidth
                let sharedCount = min(sharedWidth, lanes.upperBound - sharedFirst)
                for lane in stride(from: 0, to: laneCount, by: privateWidth) {
                    let count = min(privateWidth, laneCount - lane)
                    if sharesLeft {
                        tile(
                            packed, own + lane * stepFloats, step, row: sharedFirst, rows: sharedCount,
                            column: firstLane + lane, columns: count)
                    } else {
                        tile(
                            own + lane * stepFloats, packed, step, row: firstLane + lane, rows: count,
                            column: sharedFirst, columns: sharedCount)
                    }
                }
            }
        }
    }

    @inline(__always)
    private func tile(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ depths: Range<Int>, row: Int, rows: Int, column: Int,
        columns: Int
    ) {
        let accumulates: Int32 = product.accumulates || depths.lowerBound > 0 ? 1 : 0
        let out = product.out + row * product.outStride + column
        switch product.precision {
        case .float32:
            kernels.table.float_tile(
                a, b, Int64(depths.count), product.alpha, accumulates, out, Int64(product.outStride), Int32(rows),
                Int32(columns))
        case .bfloat16:
            kernels.table.bfloat_tile(
                UnsafeRawPointer(a).assumingMemoryBound(to: UInt32.self),
                UnsafeRawPointer(b).assumingMemoryBound(to: UInt32.self), Int64(floats(depths.count)), product.alpha,
                accumulates, out, Int64(product.outStride), Int32(rows), Int32(columns))
        }
    }
}

extension Kernels {
    /// Rows of the inner tile of float products.
    var tileRows: Int { Int(table.tile_rows) }
    /// Columns of the inner tile of float products.
    var tileColumns: Int { Int(table.tile_columns) }
}
