/// One lexical unit of a template.
struct JinjaToken {
    enum Kind: Equatable {
        case data(JinjaText)
        case variableBegin, variableEnd, blockBegin, blockEnd
        case name(String)
        case string(JinjaText)
        case integer(Int)
        case number(Double)
        case symbol(Symbol)
        case end
    }

    enum Symbol: String {
        case plus = "+"
        case minus = "-"
        case divide = "/"
        case floorDivide = "//"
        case multiply = "*"
        case remainder = "%"
        case power = "**"
        case tilde = "~"
        case leftBracket = "["
        case rightBracket = "]"
        case leftParenthesis = "("
        case rightParenthesis = ")"
        case leftBrace = "{"
        case rightBrace = "}"
        case equal = "=="
        case notEqual = "!="
        case greater = ">"
        case greaterOrEqual = ">="
        case less = "<"
        case lessOrEqual = "<="
        case assign = "="
        case dot = "."
        case colon = ":"
        case pipe = "|"
        case comma = ","
        case semicolon = ";"
    }

    let kind: Kind
    let position: JinjaPosition

    func isName(_ name: String) -> Bool {
        if case .name(let own) = kind { return own == name }
        return false
    }

    /// The token as an error message names it.
    var summary: String {
        switch kind {
        case .data: "template data"
        case .variableBegin: "begin of print statement"
        case .variableEnd: "end of print statement"
        case .blockBegin: "begin of statement block"
        case .blockEnd: "end of statement block"
        case .name(let name): "'\(name)'"
        case .string: "string"
        case .integer: "integer"
        case .number: "float"
        case .symbol(let symbol): "'\(symbol.rawValue)'"
        case .end: "end of template"
        }
    }
}
