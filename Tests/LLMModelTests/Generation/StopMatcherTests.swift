import Testing

@testable import LLMModel

@Suite struct StopMatcherTests {
    /// The text let through when `text` comes in pieces of `size` scalars, and whether it was stopped.
    func run(_ text: String, stops: [String], pieces size: Int) -> (text: String, stopped: Bool, early: String) {
        var matcher = StopMatcher(stops: stops)
        var result = ""
        var piece = ""
        for scalar in text.unicodeScalars {
            piece.unicodeScalars.append(scalar)
            if piece.unicodeScalars.count == size {
                result += matcher.append(piece)
                piece = ""
            }
        }
        result += matcher.append(piece)
        let early = result
        if !matcher.isStopped { result += matcher.finish() }
        return (result, matcher.isStopped, early)
    }

    @Test(arguments: [1, 2, 3, 5, 100])
    func `text ends before the stop string however it is cut`(size: Int) {
        #expect(run("one two\nUser: three", stops: ["User:"], pieces: size).text == "one two\n")
        #expect(run("aaab", stops: ["aab"], pieces: size).text == "a")
        #expect(run("ababac", stops: ["abac"], pieces: size).text == "ab")
        #expect(run("naïve — ende", stops: ["— e"], pieces: size).text == "naïve ")
        #expect(run("xEND", stops: ["END"], pieces: size).stopped)
    }

    @Test(arguments: [1, 2, 3, 5, 100])
    func `text without a stop string comes whole`(size: Int) {
        for text in ["", "User", "a User and a Use", "—", "日本語"] {
            let result = run(text, stops: ["User:", "日本人"], pieces: size)
            #expect(result.text == text)
            #expect(!result.stopped)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 100])
    func `the stop string that is complete first wins`(size: Int) {
        #expect(run("xabcd", stops: ["abcd", "c"], pieces: size).text == "xab")
        #expect(run("xabcd", stops: ["bc", "abc"], pieces: size).text == "x")
    }

    @Test func `only a possible stop string is held back`() {
        #expect(run("hello Us", stops: ["User:"], pieces: 1).early == "hello ")
        #expect(run("hello Usx", stops: ["User:"], pieces: 1).early == "hello Usx")
        #expect(run("hello", stops: [], pieces: 1).early == "hello")
    }

    @Test func `nothing follows a stop`() {
        var matcher = StopMatcher(stops: ["."])
        #expect(matcher.append("a.b") == "a")
        #expect(matcher.append("c") == "")
        #expect(matcher.finish() == "")
    }
}
