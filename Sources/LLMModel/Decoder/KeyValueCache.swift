internal import LLMTensor
internal import Synchronization

/// 64 positions of the keys and values of all layers and heads.
///
/// Per layer and head: keys `[headDimension][64]`, then values `[64][valueWidth]`, each followed by its scales where they
/// are codes (`KeyValueType.q8`): `[headDimension / 32][64]` and `[64][valueWidth / 32]`, rounded up. Pages are shared by
/// sequences with a common prefix and copied before one of them writes into a shared one.
final class KeyValuePage: @unchecked Sendable {
    static let positions = 64
    let memory: AlignedMemory
    private let meter: KeyValueMeter

    init(byteCount: Int, meter: KeyValueMeter) throws(TensorError) {
        memory = try AlignedMemory(byteCount: byteCount)
        self.meter = meter
        meter.pageCount.wrappingAdd(1, ordering: .relaxed)
    }

    convenience init(copying other: KeyValuePage) throws(TensorError) {
        try self.init(byteCount: other.memory.byteCount, meter: other.meter)
        memory.base.copyMemory(from: other.memory.base, byteCount: other.memory.byteCount)
    }

    deinit { meter.pageCount.wrappingSubtract(1, ordering: .relaxed) }
}

/// Counts the pages that exist, each once however many sequences share it.
final class KeyValueMeter: Sendable {
    let pageCount = Atomic<Int>(0)
}

/// Where things lie in a page.
struct KeyValueLayout: Sendable {
    let headDimension: Int
    let valueWidth: Int
    let keyValueHeadCount: Int
    let type: KeyValueType
    let pageBytes: Int
    let meter = KeyValueMeter()
    let layerCount: Int
    private let headBytes: Int
    private let keyBytes: Int

    init(_ configuration: DecoderConfiguration, type: KeyValueType) {
        headDimension = configuration.attention.headDimension
        valueWidth = (headDimension + 15) / 16 * 16
        keyValueHeadCount = configuration.attention.keyValueHeadCount
        self.type = type
        let (positions, size) = (KeyValuePage.positions, type.elementBytes)
        keyBytes = positions * (headDimension * size + type.scaleBytes(dimensions: headDimension))
        headBytes = keyBytes + positions * (valueWidth * size + type.scaleBytes(dimensions: valueWidth))
        layerCount = configuration.layerCount
        pageBytes = configuration.layerCount * keyValueHeadCount * headBytes
    }

    /// Bytes from a page's start to the keys of a head.
    func keyOffset(layer: Int, head: Int) -> Int { (layer * keyValueHeadCount + head) * headBytes }
    /// Bytes from a page's start to the values of a head.
    func valueOffset(layer: Int, head: Int) -> Int { keyOffset(layer: layer, head: head) + keyBytes }
}

/// The key/value memory of one sequence: a list of pages.
///
/// Has one owner. Forking shares the pages; the first write after a fork copies the page it touches.
struct KeyValueCache {
    let layout: KeyValueLayout
    private(set) var pages: [KeyValuePage] = []
    /// Addresses of the pages, as the kernels read them.
    private(set) var addresses: [UnsafePointer<UInt8>?] = []

    init(layout: KeyValueLayout) { self.layout = layout }

    /// Bytes of the pages.
    var byteCount: Int { pages.count * layout.pageBytes }

    /// Makes positions `range` writable: adds pages, and copies shared ones.
    mutating func prepare(_ range: Range<Int>) throws(TensorError) {
        guard !range.isEmpty else { return }
        let first = range.lowerBound / KeyValuePage.positions
        let last = (range.upperBound - 1) / KeyValuePage.positions
        for index in first...last {
            if index == pages.count {
                let page = try KeyValuePage(byteCount: layout.pageBytes, meter: layout.meter)
                pages.append(page)
                addresses.append(UnsafePointer(page.memory.base.assumingMemoryBound(to: UInt8.self)))
            } else if !isKnownUniquelyReferenced(&pages[index]) {
                let page = try KeyValuePage(copying: pages[index])
                pages[index] = page
                addresses[index] = UnsafePointer(page.memory.base.assumingMemoryBound(to: UInt8.self))
            }
        }
    }

    /// Gives back the pages beyond `positions`.
    mutating func truncate(to positions: Int) {
        let count = (positions + KeyValuePage.positions - 1) / KeyValuePage.positions
        guard count < pages.count else { return }
        pages.removeLast(pages.count - count)
        addresses.removeLast(addresses.count - count)
    }
}
