#if CommandLine
    import LLMData
    import LLMEval
    import LLMGovernance
    import LLMModel
    import LLMServing
    import LLMTensor
    import LLMTokenizer
    import LLMTraining

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
            if let failure = error as? CommandFailure {
                self = failure
            } else {
                self.init(Self.code(of: error), "\(error)")
            }
        }

        private static func code(of error: any Error) -> Code {
            switch error {
            case let error as TensorFileError: code(of: error)
            case let error as ModelLoadingError: code(of: error)
            case let error as GenerationError: code(of: error)
            case let error as DecoderError: code(of: error)
            case let error as ConfigurationError: error.kind == .notFound ? .missingInput : .badData
            case is TrainingError, is TrainableDecoderError: .badData
            case EvaluationError.invalidOption, TokenizerError.invalidOption: .usage
            case is EvaluationError, is TokenizerError, is TensorError, is JSONError, is ChatTemplateError: .badData
            case is GrammarError: .badData
            case ContaminationError.invalidRule: .usage
            case is ContaminationError, is LeakageError, is LicenceError, is ToolPolicyError: .badData
            case is BudgetExceeded: .refused
            case PreparationError.otherJob: .usage
            case is RedactionError: .badData
            case is PreparationError: .badData
            case is PromotionRefusal, is AccessRefusal, is ReviewRefusal: .refused
            case let error as GovernanceError: code(of: error)
            case let error as BatchError: code(of: error)
            case ServingError.invalidRequest: .usage
            case is FeedbackError: .badData
            default: .internal
            }
        }

        private static func code(of error: BatchError) -> Code {
            switch error {
            case .file(_, "open", _): .missingInput
            case .file, .busy: .internal
            case .otherJob: .usage
            }
        }

        private static func code(of error: GovernanceError) -> Code {
            switch error {
            case .notFound: .missingInput
            case .system, .database: .internal
            case .corrupt: .refused
            case .invalid, .wrongKey, .conflict: .badData
            }
        }

        private static func code(of error: ModelLoadingError) -> Code {
            switch error {
            case .notFound: .missingInput
            case .file(let error): code(of: error)
            case .decoder(_, let error): code(of: error)
            default: .badData
            }
        }

        private static func code(of error: GenerationError) -> Code {
            switch error {
            case .invalidParameter, .sampling: .usage
            case .computation(let error): code(of: error)
            case .superseded, .busy: .internal
            default: .badData
            }
        }

        private static func code(of error: DecoderError) -> Code {
            switch error {
            case .outOfMemory: .internal
            default: .badData
            }
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
