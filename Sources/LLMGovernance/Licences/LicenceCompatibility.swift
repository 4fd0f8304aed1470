/// Under which licences a work may be passed on that contains something under another one.
///
/// Sources: the licences' own compatibility clauses (MPL 2.0 §3.3, EUPL 1.2 appendix, LGPL §3 and §2, CC BY-SA 4.0 compatible licences), the
/// Free Software Foundation's list for GPL. Tests compare it with OSADL's matrix.
enum LicenceCompatibility {
    /// Whether the result may have the licence `output` when an input has `input`.
    static func allows(_ input: String, under output: String) -> Bool {
        let (input, output) = (canonical(input), canonical(output))
        if input == output { return true }
        if let outputs = outputs[input] { return outputs.contains(output) }
        return !(refusals[input]?.contains(output) ?? false)
    }

    /// Whether the result can have any licence at all when two inputs each demand theirs.
    static func allowsBoth(_ first: String, _ second: String) -> Bool {
        let (first, second) = (canonical(first), canonical(second))
        let possible = (outputs[first] ?? []).union([first])
        return possible.contains { allows(second, under: $0) }
    }

    private static func canonical(_ identifier: String) -> String {
        (LicenceTerms.find(identifier)?.identifier ?? identifier).lowercased()
    }

    private static let gpl2: Set<String> = ["gpl-2.0-only", "gpl-2.0-or-later"]
    private static let gpl3: Set<String> = ["gpl-3.0-only", "gpl-3.0-or-later"]
    private static let agpl3: Set<String> = ["agpl-3.0-only", "agpl-3.0-or-later"]
    private static let lgpl2: Set<String> = ["lgpl-2.1-only", "lgpl-2.1-or-later"]
    private static let lgpl3: Set<String> = ["lgpl-3.0-only", "lgpl-3.0-or-later"]
    private static let allGNU: Set<String> = all(gpl2, gpl3, agpl3, lgpl2, lgpl3)

    private static func all(_ sets: Set<String>...) -> Set<String> {
        sets.reduce(into: []) { $0.formUnion($1) }
    }

    /// Licences that bind the result, and what else it may have. "Only" is narrower than "or later": it cannot grant the later.
    private static let outputs: [String: Set<String>] = [
        "mpl-2.0": all(allGNU, ["eupl-1.2"]),
        "lgpl-2.1-only": all(gpl2, gpl3, agpl3),
        "lgpl-2.1-or-later": all(gpl2, gpl3, agpl3, lgpl3, ["lgpl-2.1-only"]),
        "lgpl-3.0-only": ["gpl-3.0-only", "agpl-3.0-only"],
        "lgpl-3.0-or-later": all(gpl3, agpl3, ["lgpl-3.0-only"]),
        "gpl-2.0-only": [],
        "gpl-2.0-or-later": all(gpl3, agpl3, ["gpl-2.0-only"]),
        "gpl-3.0-only": ["agpl-3.0-only"],
        "gpl-3.0-or-later": all(agpl3, ["gpl-3.0-only"]),
        "agpl-3.0-only": [],
        "agpl-3.0-or-later": ["agpl-3.0-only"],
        "eupl-1.2": all(allGNU, ["mpl-2.0", "osl-3.0"]),
        "osl-3.0": [], "epl-2.0": [], "cddl-1.0": [], "odbl-1.0": [], "cdla-sharing-1.0": [],
        "cc-by-sa-3.0": ["cc-by-sa-4.0"],
        // Creative Commons lists GPL 3 as a compatible licence of BY-SA 4.0.
        "cc-by-sa-4.0": ["gpl-3.0-only"],
        "cc-by-nc-sa-3.0": ["cc-by-nc-sa-4.0"], "cc-by-nc-sa-4.0": [],
    ]

    /// Licences that bind nothing, and what refuses them all the same: GPL 2 the patent clauses of Apache 2.0, copyleft the choice of law of
    /// Python 2.0.
    private static let refusals: [String: Set<String>] = [
        "apache-2.0": all(gpl2, lgpl2),
        "python-2.0": all(allGNU, ["eupl-1.2"]),
    ]
}
