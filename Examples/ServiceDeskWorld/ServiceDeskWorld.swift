import LLMTensor

/// A small made-up world: the service desk of a company, so that the truth about every record is known.
///
/// Records of four forms (mails, database exports, chats, knowledge-base articles) tell of 32 problems in eight queues.
/// Into them are planted exact and near duplicates, noise, records too short to be understood, and personal data. The
/// same seed gives the same world on every machine.
public struct ServiceDeskWorld: Sendable {
    /// How large the world is and what is planted.
    public struct Configuration: Sendable, Codable, Equatable {
        /// Changes everything.
        public var seed: UInt64
        /// Records before duplicates are added.
        public var recordCount: Int
        /// Exact copies, as a share of ``recordCount``.
        public var exactDuplicates = 0.06
        /// Copies with some words changed, as a share of ``recordCount``.
        public var nearDuplicates = 0.06
        /// Records not worth keeping, as a share of ``recordCount``.
        public var noise = 0.05
        /// Exported records too short to be understood alone, as a share of all exported ones.
        public var short = 0.04
        /// Share of the words of a near duplicate that differ.
        public var changedWords = 0.01

        /// Describes a world.
        public init(seed: UInt64, recordCount: Int = 2_400) {
            self.seed = seed
            self.recordCount = recordCount
        }
    }

    /// What the world was made from.
    public let configuration: Configuration
    /// All records in the order of the corpus, plants among them.
    public let records: [ServiceDeskRecord]

    /// Makes a world.
    public init(_ configuration: Configuration) {
        self.configuration = configuration
        var writer = RecordWriter(generator: CounterGenerator(seed: configuration.seed, stream: 1))
        var generator = CounterGenerator(seed: configuration.seed, stream: 2)
        var planter = Planter(
            configuration: configuration, generator: CounterGenerator(seed: configuration.seed, stream: 3))
        var records: [ServiceDeskRecord] = []
        for _ in 0..<configuration.recordCount {
            let form = generator.pick(ServiceDeskRecord.Form.allCases)
            let problem = generator.below(Problem.all.count)
            var record = writer.record(number: records.count, problem: problem, form: form)
            planter.spoil(&record)
            records.append(record)
            if let copy = planter.duplicate(records, number: records.count) { records.append(copy) }
        }
        for index in records.indices { records[index].personalData = PersonalDataFinder.truth(of: records[index]) }
        self.records = records
    }
}
