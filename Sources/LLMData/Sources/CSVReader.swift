/// Takes records of comma-separated values off a file; one owner.
final class CSVReader {
    /// A record.
    enum Row: Equatable {
        case fields([[UInt8]], offset: Int)
        case malformed(String, offset: Int)
    }

    let file: FileReader
    private let delimiter: UInt8
    private let limit: Int
    private var isFirst = true

    private enum State { case fieldStart, plain, quoted, quoteInQuoted }

    init(file: FileReader, delimiter: UInt8, limit: Int) {
        self.file = file
        self.delimiter = delimiter
        self.limit = limit
    }

    /// The next record that is not an empty line; nil after the last.
    func next() throws -> Row? {
        if isFirst {
            isFirst = false
            while file.end - file.start < 3, try file.fill() {}
            if file.end - file.start >= 3, file.buffer[file.start] == 0xEF, file.buffer[file.start + 1] == 0xBB,
                file.buffer[file.start + 2] == 0xBF
            {
                file.take(3)
            }
        }
        while true {
            let offset = file.offset
            guard let row = try read(offset) else { return nil }
            if case .fields(let fields, _) = row, fields.count == 1, fields[0].isEmpty { continue }
            return row
        }
    }

    private func read(_ offset: Int) throws -> Row? {
        var fields: [[UInt8]] = []
        var field: [UInt8] = []
        var state = State.fieldStart
        var problem: String?
        var size = 0
        var sawByte = false
        while true {
            if file.start == file.end, try !file.fill() {
                guard sawByte else { return nil }
                if state == .quoted { problem = problem ?? "the file ends inside a quoted field" }
                fields.append(field)
                return row(fields, problem, offset)
            }
            sawByte = true
            let byte = file.buffer[file.start]
            file.take(1)
            size += 1
            if size > limit, problem == nil {
                problem = "longer than \(limit) bytes"
                (fields, field) = ([], [])
            }
            let keeps = size <= limit
            switch state {
            case .quoted:
                if byte == 0x22 { state = .quoteInQuoted } else if keeps { field.append(byte) }
            case .quoteInQuoted where byte == 0x22:
                if keeps { field.append(byte) }
                state = .quoted
            case .fieldStart where byte == 0x22:
                state = .quoted
            default:
                if byte == delimiter {
                    if keeps { fields.append(field) }
                    field = []
                    state = .fieldStart
                } else if byte == 0x0A {
                    if state != .quoteInQuoted, field.last == 0x0D { field.removeLast() }
                    fields.append(field)
                    return row(fields, problem, offset)
                } else if state == .quoteInQuoted {
                    // Only the "\r" of a line end may follow a closing quote.
                    let isLineEnd = byte == 0x0D ? try isNewlineNext() : false
                    if !isLineEnd {
                        problem = problem ?? "a character follows a closing quote at byte \(file.offset - 1)"
                        state = .plain
                    }
                } else {
                    if keeps { field.append(byte) }
                    state = .plain
                }
            }
        }
    }

    private func isNewlineNext() throws -> Bool {
        while file.start == file.end { if try !file.fill() { return true } }
        return file.buffer[file.start] == 0x0A
    }

    private func row(_ fields: [[UInt8]], _ problem: String?, _ offset: Int) -> Row {
        if let problem { return .malformed(problem, offset: offset) }
        return .fields(fields, offset: offset)
    }
}
