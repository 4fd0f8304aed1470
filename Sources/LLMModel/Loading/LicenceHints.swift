/// Reads a licence from the texts that come with a model; says nothing rather than guess.
enum LicenceHints {
    /// The `license` entry of the YAML block in front of a model card.
    static func fromModelCard(_ text: String) -> String? {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst().map(trimmed) == "---" else { return nil }
        for line in lines {
            let line = trimmed(line)
            if line == "---" { return nil }
            guard line.hasPrefix("license:") else { continue }
            let value = trimmed(line.dropFirst("license:".count)).filter { $0 != "\"" && $0 != "'" }
            return value.isEmpty || value == "other" ? nil : String(value)
        }
        return nil
    }

    /// The SPDX identifier of a licence text, by its own title.
    static func fromLicenceText(_ text: String) -> String? {
        let head = text.prefix(400)
        let titles = [
            ("Apache License", "apache-2.0"), ("MIT License", "mit"), ("BSD 3-Clause License", "bsd-3-clause"),
        ]
        guard let found = titles.first(where: { head.contains($0.0) }) else { return nil }
        return found.1 == "apache-2.0" && !head.contains("Version 2.0") ? nil : found.1
    }

    private static func trimmed(_ line: Substring) -> Substring {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
        var line = line.drop(while: isBlank)
        while let last = line.last, isBlank(last) { line.removeLast() }
        return line
    }
}
