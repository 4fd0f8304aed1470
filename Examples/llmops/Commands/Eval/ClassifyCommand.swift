#if CommandLine
    import ArgumentParser
    import LLMEval
    import LLMTensor

    struct ClassifyCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "classify", abstract: "Judge predicted classes, as scikit-learn does.",
            discussion: """
                The file holds one JSON object per line with "label" and "prediction": texts or whole numbers, or \
                arrays of them for items with any number of labels. With a "score", the probability of the positive \
                class, there are curves, losses and calibration too; the positive class is --positive, or the last.
                """)

        @Option(help: ArgumentHelp("JSON Lines file of predictions, - for standard input.", valueName: "file"))
        var pred: String

        @Option(help: ArgumentHelp("The class that scores belong to.", valueName: "label"))
        var positive: String?

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() throws {
            let records = try PredictionRecord.read(path: pred)
            let object: OutputObject
            if records.contains(where: \.isMultiLabel) {
                object = try multiLabel(records)
            } else {
                object = try singleLabel(records)
            }
            if json { return try object.printJSON() }
            for member in object.members {
                guard case .array = member.value else {
                    let padding = String(repeating: " ", count: max(1, 22 - member.key.utf8.count))
                    try StandardStreams.write(member.key + padding + member.value.plainText + "\n")
                    continue
                }
            }
        }

        private func multiLabel(_ records: [PredictionRecord]) throws -> OutputObject {
            var counts = MultiLabelCounts()
            for record in records { counts.add(expected: Set(record.labels), predicted: Set(record.predictions)) }
            guard let result = counts.result() else { throw CommandFailure(.badData, "\(pred): has no predictions") }
            return [
                "count": .integer(result.count),
                "subset_accuracy": .number(result.subsetAccuracy),
                "hamming_loss": .number(result.hammingLoss),
                "micro": Self.output(result.micro),
                "macro": Self.output(result.macro),
                "weighted": Self.output(result.weighted),
                "samples": Self.output(result.samples),
                "classes": Self.output(result.labels, result.classes),
            ]
        }

        private func singleLabel(_ records: [PredictionRecord]) throws -> OutputObject {
            var matrix = ConfusionMatrix()
            for record in records { matrix.add(expected: record.labels[0], predicted: record.predictions[0]) }
            guard let result = matrix.result() else { throw CommandFailure(.badData, "\(pred): has no predictions") }
            var object: OutputObject = [
                "count": .integer(result.count),
                "accuracy": .number(result.accuracy),
                "balanced_accuracy": .number(result.balancedAccuracy),
                "macro": Self.output(result.macro),
                "weighted": Self.output(result.weighted),
                "mcc": .number(result.matthewsCorrelation),
                "kappa": .number(result.kappa()),
                "classes": Self.output(result.labels, result.classes),
                "labels": .array(result.labels.map { .text($0) }),
                "confusion_matrix": .array(result.matrix.map { .integers($0) }),
                "signature": .text(result.signature),
            ]
            if records.allSatisfy({ $0.score != nil }), let last = result.labels.last {
                let positive = positive ?? last
                guard result.labels.contains(positive) else {
                    throw CommandFailure(.usage, "--positive is \(positive), which no line of \(pred) has")
                }
                try appendRanking(records, positive: positive, to: &object)
            } else if positive != nil {
                throw CommandFailure(.badData, "\(InputText.name(pred)): not every line has a \"score\"")
            }
            return object
        }

        private func appendRanking(
            _ records: [PredictionRecord], positive: String, to object: inout OutputObject
        ) throws {
            var predictions = ScoredPredictions()
            for record in records {
                try predictions.add(score: record.score ?? .nan, isPositive: record.labels[0] == positive)
            }
            object.append("positive", .text(positive))
            object.append("roc_auc", .number(predictions.rocArea))
            object.append("average_precision", .number(predictions.averagePrecision))
            if records.allSatisfy({ (0...1).contains($0.score ?? .nan) }) {
                object.append("log_loss", .number(predictions.logLoss))
                object.append("brier", .number(predictions.brierScore))
                object.append("ece", .number(predictions.expectedCalibrationError()))
                object.append(
                    "calibration",
                    .array(
                        predictions.calibration().map {
                            .numbers([$0.meanProbability, $0.positiveShare, Double($0.count)])
                        }))
            }
            object.append(
                "roc_curve",
                .array(predictions.rocCurve.map { .numbers([$0.falsePositiveRate, $0.truePositiveRate]) }))
            object.append(
                "precision_recall_curve",
                .array(predictions.precisionRecallCurve.map { .numbers([$0.recall, $0.precision]) }))
        }

        private static func output(_ scores: ClassScores) -> OutputValue {
            .object([
                "p": .number(scores.precision), "r": .number(scores.recall), "f1": .number(scores.f1),
                "support": .integer(scores.support),
            ])
        }

        private static func output(_ labels: [String], _ classes: [ClassScores]) -> OutputValue {
            var object: OutputObject = [:]
            for (label, scores) in zip(labels, classes) { object.append(label, output(scores)) }
            return .object(object)
        }
    }

    /// One line of a file of predictions.
    struct PredictionRecord {
        var labels: [String]
        var predictions: [String]
        var score: Double?
        var isMultiLabel: Bool

        static func read(path: String) throws -> [PredictionRecord] {
            let lines = try InputText.lines(path: path)
            return try lines.enumerated().map { index, line in
                try PredictionRecord(line, source: "\(InputText.name(path)): line \(index + 1)")
            }
        }

        private init(_ line: String, source: String) throws {
            let value = try JSONValue.parse(line, source: source)
            func failure(_ key: String, _ expected: String) -> CommandFailure {
                CommandFailure(.badData, "\(source): \"\(key)\" is missing or not \(expected)")
            }
            func classes(_ key: String) throws -> (names: [String], isList: Bool) {
                func name(_ value: JSONValue) -> String? {
                    value.stringValue ?? value.integerValue.map(String.init)
                        ?? value.boolValue.map { $0 ? "true" : "false" }
                }
                if let list = value[key]?.arrayValue {
                    let names = list.compactMap(name)
                    guard names.count == list.count else { throw failure(key, "an array of classes") }
                    return (names, true)
                }
                guard let single = value[key].flatMap(name) else { throw failure(key, "a class") }
                return ([single], false)
            }
            let label = try classes("label")
            let prediction = try classes("prediction")
            guard label.isList == prediction.isList else {
                throw failure("prediction", label.isList ? "an array, as the label is" : "a class, as the label is")
            }
            labels = label.names
            predictions = prediction.names
            isMultiLabel = label.isList
            if let given = value["score"] {
                guard let number = given.doubleValue, number.isFinite else { throw failure("score", "a number") }
                score = number
            }
        }
    }
#endif
