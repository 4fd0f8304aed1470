#if CommandLine
    import LLMEval
    import LLMTensor
    import LLMTokenizer

    /// What a failed command tells the shell and the user.
    struct CommandFailure: Error {
        /// Exit codes of the command line contract, named as in sysexits.h.
        enum Code: Int32 {
            case usage = 64
            case badData = 65
            case missingInput = 66
            case `internal` = 70
            case refused = 77
        }

        var code: Code
        var message: String

        init(_ code: Code, _ message: String) {
            self.code = code
            self.message = message
        }

        /// Sorts an error of the library under an exit code.
        init(_ error: any Error) {
            switch error {
            case let failure as CommandFailure:
                self = failure
            case let error as TensorFileError:
                self.init(Self.code(of: error), error.description)
            case is CancellationError:
                self.init(.internal, "cancelled")
            case let error as EvaluationError:
                if case .invalidOption = error {
                    self.init(.usage, error.description)
                } else {
                    self.init(.badData, error.description)
                }
            default:
                self.init(Self.comesFromInput(error) ? .badData : .internal, "\(error)")
            }
        }

        private static func comesFromInput(_ error: any Error) -> Bool {
            error is TokenizerError || error is TensorError
        }

        private static func code(of error: TensorFileError) -> Code {
            switch error {
            case .notFound, .system(operation: "open", _, _): .missingInput
            case .malformed, .unsupported, .noSuchTensor, .tensor: .badData
            case .system, .cannotWrite: .internal
            }
        }
    }
#endif
