public import LLMModel

/// A whole training run as a file describes it: what is trained, on what, how, and what comes out.
///
/// ```yaml
/// model: SmolLM2-135M-Instruct.Q4_1.gguf
/// output: runs/summaries
/// data: {train: train.jsonl, evaluation: test.jsonl, rowLength: 512}
/// adapter: {rank: 8, alpha: 16}
/// training: {epochs: 1, learningRate: 2e-4, schedule: cosine}
/// ```
///
/// Read it with ``finetune(_:)`` or ``pretrain(_:)``, then ``makeTrainer(resumes:)``.
public struct TrainingRecipe: Sendable, Equatable {
    /// What is trained.
    public enum Start: Sendable, Equatable {
        /// The weights of a model: a GGUF file or a Hugging Face directory.
        case model(path: String)
        /// A new model with random weights; the vocabulary is the tokenizer's.
        case new(DecoderConfiguration, tokenizer: String, seed: UInt64)
    }

    /// How files become rows.
    public struct Data: Sendable, Equatable {
        /// What the files hold.
        public enum Kind: Sendable, Equatable {
            /// Records of instruction data, one a line.
            case examples
            /// Running text, or shards of tokens.
            case stream
        }

        /// What the files hold.
        public var kind: Kind
        /// Files that are trained on.
        public var train: [String]
        /// Files that are only measured on.
        public var evaluation: [String]
        /// Tokens of a row: the longest example, or the window.
        public var rowLength: Int
        /// What is done with longer examples.
        public var lengthPolicy: LengthPolicy
        /// Whether short examples share a row.
        public var isPacked: Bool
        /// Which tokens of an example are scored.
        public var scoring: ExampleEncoder.Scoring
        /// The most records that are read of each file; nil for all.
        public var limit: Int?
    }

    /// How parameters are changed.
    public enum Method: Sendable, Equatable {
        case adamW(AdamW.Options, weightDecay: Double)
        case gradientDescent(momentum: Double, isNesterov: Bool, weightDecay: Double)
    }

    /// What is written when the run is done.
    public struct Export: Sendable, Equatable {
        /// A format.
        public enum Format: String, Sendable, CaseIterable {
            /// PEFT's folder, without the base.
            case adapter
            /// A Hugging Face directory, adapters merged.
            case huggingFace
            /// A GGUF file, adapters merged.
            case gguf
        }

        /// The format.
        public var format: Format
        /// How weights are stored; adapters are float32 always.
        public var precision: WeightPrecision
    }

    /// What is trained.
    public var start: Start
    /// The folder of checkpoints, logs and exports.
    public var output: String
    /// How files become rows.
    public var data: Data
    /// The adapters; nil to train the weights themselves.
    public var adapter: LoRAConfiguration?
    /// How parameters are changed.
    public var method: Method
    /// How the run goes on.
    public var trainer: TrainerConfiguration
    /// Whether events are written to `log.jsonl`.
    public var logsJSONLines: Bool
    /// Whether curves are written for TensorBoard, to `tensorboard/`.
    public var logsTensorBoard: Bool
    /// What is written at the end.
    public var exports: [Export]
    /// Threads that compute; nil for all processors. Results do not depend on it.
    public var threads: Int?
}
