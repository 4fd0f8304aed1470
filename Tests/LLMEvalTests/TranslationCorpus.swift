@testable import LLMEval

/// Makes the segments of Goldens/make_translation.py.
struct TranslationCorpus {
    private struct Piece {
        var text: String
        var glue: String
    }

    /// Three references, a system's output and another system's.
    private(set) var columns: [[String]] = Array(repeating: [], count: 5)

    init(count: Int, seed: UInt64, pieces: [String], glues: [String]) {
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        func piece() -> Piece {
            let text = pieces[next(pieces.count)]
            return Piece(text: text, glue: glues[next(glues.count)])
        }
        func changed(_ original: [Piece], noise: Int) -> [Piece] {
            var out: [Piece] = []
            for element in original {
                var element = element
                let action = next(noise)
                if action == 0 { continue }
                if action == 1 { element = piece() }
                if action == 2 { out.append(element) }
                if action == 3, let last = out.last {
                    out[out.count - 1] = element
                    element = last
                }
                if action == 4, out.count > 3 { out = Array(out[3...] + out[..<3]) }
                out.append(element)
            }
            return out
        }
        for _ in 0..<count {
            let length = next(20) != 0 ? next(31) : 0
            let reference = (0..<length).map { _ in piece() }
            var row = [reference]
            for noise in [12, 25, 10, 14] { row.append(changed(reference, noise: noise)) }
            for (column, pieces) in row.enumerated() {
                columns[column].append(pieces.map { $0.text + $0.glue }.joined())
            }
        }
    }

    /// Per segment, its first `count` references.
    func references(_ count: Int) -> [[String]] {
        columns[0].indices.map { segment in (0..<count).map { columns[$0][segment] } }
    }

    var system: [String] { columns[3] }
    var otherSystem: [String] { columns[4] }
}

/// The options named in Goldens/make_translation.py.
enum TranslationOptions {
    static let bleu: [String: BLEU] = [
        "13a": BLEU(),
        "intl": BLEU(tokenization: .international),
        "char": BLEU(tokenization: .characters),
        "zh": BLEU(tokenization: .chinese),
        "none": BLEU(tokenization: .none),
        "lc": BLEU(lowercases: true),
        "floor": BLEU(smoothing: .floor(0.1)),
        "floor0.5": BLEU(smoothing: .floor(0.5)),
        "add-k": BLEU(smoothing: .addK(1)),
        "add-k0.3": BLEU(smoothing: .addK(0.3)),
        "smooth-none": BLEU(smoothing: .none),
        "order2": BLEU(maximumOrder: 2),
        "order6-eff": BLEU(maximumOrder: 6, usesEffectiveOrder: true),
        "lc-intl": BLEU(tokenization: .international, lowercases: true),
    ]

    static let chrF: [String: ChrF] = [
        "default": ChrF(),
        "plusplus": ChrF(wordOrder: 2),
        "lc": ChrF(wordOrder: 2, lowercases: true),
        "space": ChrF(includesWhitespace: true),
        "eps": ChrF(usesEpsilonSmoothing: true),
        "beta1": ChrF(beta: 1),
        "order4-1": ChrF(characterOrder: 4, wordOrder: 1),
        "eps-plusplus": ChrF(wordOrder: 2, usesEpsilonSmoothing: true),
    ]

    static let ter: [String: TER] = [
        "default": TER(),
        "case": TER(isCaseSensitive: true),
        "normalized": TER(normalizes: true),
        "no-punct": TER(removesPunctuation: true),
        "asian": TER(normalizes: true, supportsAsian: true),
        "asian-no-punct": TER(removesPunctuation: true, supportsAsian: true),
        "all": TER(normalizes: true, removesPunctuation: true, supportsAsian: true, isCaseSensitive: true),
    ]
}
