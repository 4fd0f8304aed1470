// swift-tools-version: 6.2
import PackageDescription

// A checkout inside somebody else's build resolves no third-party package unless it asks for the trait that
// needs it; a clone of this repository builds everything. Documentation/Dependencies.md explains the traits.
let directory = Context.packageDirectory
let isDependency =
    directory == "/" || directory.contains("/checkouts/") || directory.contains("/repositories/")

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "swift-llmops",
    platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
    products: [
        .library(name: "LLMTensor", targets: ["LLMTensor"]),
        .library(name: "LLMTokenizer", targets: ["LLMTokenizer"]),
        .library(name: "LLMModel", targets: ["LLMModel"]),
        .library(name: "LLMData", targets: ["LLMData"]),
        .library(name: "LLMTraining", targets: ["LLMTraining"]),
        .library(name: "LLMEval", targets: ["LLMEval"]),
        .library(name: "LLMGovernance", targets: ["LLMGovernance"]),
        .library(name: "LLMServing", targets: ["LLMServing"]),
        .executable(name: "llmops", targets: ["llmops"]),
    ],
    traits: [
        .trait(
            name: "Storage", description: "LLMData's SQLite stores and sources (GRDB) and YAML recipes (Yams)."),
        .trait(
            name: "Governance", description: "LLMGovernance's registry, audit log and keys (swift-crypto, GRDB).",
            enabledTraits: ["Storage"]),
        .trait(
            name: "Serving",
            description:
                "LLMServing's ties to swift-log, swift-metrics, swift-distributed-tracing and service-lifecycle.",
            enabledTraits: ["Governance"]),
        .trait(
            name: "CommandLine", description: "The llmops program (swift-argument-parser, Hummingbird).",
            enabledTraits: ["Serving"]),
        .default(enabledTraits: isDependency ? [] : ["CommandLine"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        .target(name: "CLLMKernels"),
        .target(name: "LLMTensor", dependencies: ["CLLMKernels"], swiftSettings: swiftSettings),
        .target(name: "LLMTokenizer", dependencies: ["LLMTensor", "CLLMKernels"], swiftSettings: swiftSettings),
        .target(name: "LLMModel", dependencies: ["LLMTokenizer", "LLMTensor"], swiftSettings: swiftSettings),
        .target(
            name: "LLMData",
            dependencies: [
                "LLMTokenizer", "LLMTensor",
                .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["Storage"])),
                .product(name: "GRDBSQLite", package: "GRDB.swift", condition: .when(traits: ["Storage"])),
                .product(name: "Yams", package: "Yams", condition: .when(traits: ["Storage"])),
            ],
            swiftSettings: swiftSettings),
        .target(
            name: "LLMTraining", dependencies: ["LLMData", "LLMModel", "LLMTokenizer", "LLMTensor"],
            swiftSettings: swiftSettings),
        .target(
            name: "LLMEval", dependencies: ["LLMData", "LLMModel", "LLMTokenizer", "LLMTensor"],
            swiftSettings: swiftSettings),
        .target(
            name: "LLMGovernance",
            dependencies: [
                "LLMTensor",
                .product(name: "Crypto", package: "swift-crypto", condition: .when(traits: ["Governance"])),
                .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["Storage"])),
                .product(name: "Yams", package: "Yams", condition: .when(traits: ["Storage"])),
            ],
            swiftSettings: swiftSettings),
        .target(
            name: "LLMServing",
            dependencies: [
                "LLMGovernance", "LLMModel", "LLMTokenizer", "LLMTensor",
                .product(name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["Storage"])),
                .product(name: "Logging", package: "swift-log", condition: .when(traits: ["Serving"])),
                .product(name: "Metrics", package: "swift-metrics", condition: .when(traits: ["Serving"])),
                .product(
                    name: "Tracing", package: "swift-distributed-tracing", condition: .when(traits: ["Serving"])),
                .product(
                    name: "ServiceLifecycle", package: "swift-service-lifecycle",
                    condition: .when(traits: ["Serving"])),
            ],
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "CleanDocuments", dependencies: ["LLMData", "ServiceDeskWorld"], path: "Examples/CleanDocuments",
            exclude: ["README.md"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "TrainTokenizer", dependencies: ["LLMTokenizer", "ServiceDeskWorld"], path: "Examples/TrainTokenizer",
            exclude: ["README.md"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "PretrainModel",
            dependencies: ["LLMTraining", "LLMModel", "LLMTokenizer", "LLMTensor", "ServiceDeskWorld"],
            path: "Examples/PretrainModel", exclude: ["README.md"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "FineTuneModel", dependencies: ["LLMTraining", "LLMModel", "LLMTokenizer", "LLMTensor"],
            path: "Examples/FineTuneModel", exclude: ["README.md"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "QuantizeModel", dependencies: ["LLMEval", "LLMModel"], path: "Examples/QuantizeModel",
            exclude: ["README.md"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "ScoreTranslations", dependencies: ["LLMEval"], path: "Examples/ScoreTranslations",
            exclude: ["README.md"], swiftSettings: swiftSettings),
        .target(
            name: "ServiceDeskWorld", dependencies: ["LLMTensor"], path: "Examples/ServiceDeskWorld",
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "llmops",
            dependencies: [
                "ServiceDeskWorld",
                "LLMServing", "LLMGovernance",
                "LLMEval", "LLMTraining", "LLMData", "LLMModel", "LLMTokenizer", "LLMTensor",
                .product(name: "Hummingbird", package: "hummingbird", condition: .when(traits: ["CommandLine"])),
                .product(name: "HummingbirdCore", package: "hummingbird", condition: .when(traits: ["CommandLine"])),
                .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["CommandLine"])),
                .product(name: "HTTPTypes", package: "swift-http-types", condition: .when(traits: ["CommandLine"])),
                .product(name: "Logging", package: "swift-log", condition: .when(traits: ["CommandLine"])),
                .product(
                    name: "ServiceLifecycle", package: "swift-service-lifecycle",
                    condition: .when(traits: ["CommandLine"])),
                .product(
                    name: "UnixSignals", package: "swift-service-lifecycle",
                    condition: .when(traits: ["CommandLine"])),
                .product(
                    name: "ArgumentParser", package: "swift-argument-parser",
                    condition: .when(traits: ["CommandLine"])),
            ],
            path: "Examples/llmops",
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "kernel-benchmark", dependencies: ["LLMTensor", "CLLMKernels"], path: "Benchmarks/kernels",
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "tokenizer-parity", dependencies: ["LLMTokenizer", "LLMTensor"], path: "Benchmarks/parity",
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "filter-benchmark", dependencies: ["LLMData"], path: "Benchmarks/filters",
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "tokenizer-benchmark", dependencies: ["LLMTokenizer"], path: "Benchmarks/tokenizers",
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "training-benchmark", dependencies: ["LLMTraining", "LLMModel", "LLMTokenizer", "LLMTensor"],
            path: "Benchmarks/training", swiftSettings: swiftSettings),
        .executableTarget(
            name: "serving-benchmark", dependencies: ["LLMServing", "LLMModel", "LLMTokenizer", "LLMTensor"],
            path: "Benchmarks/serving", swiftSettings: swiftSettings),
        .testTarget(
            name: "LLMTensorTests", dependencies: ["LLMTensor", "CLLMKernels"], exclude: ["Goldens"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "LLMTokenizerTests", dependencies: ["LLMTokenizer", "LLMTensor"], exclude: ["Goldens"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "LLMModelTests", dependencies: ["LLMModel", "LLMTokenizer", "LLMTensor"], exclude: ["Goldens"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "LLMDataTests", dependencies: ["LLMData", "LLMTokenizer", "LLMTensor"], exclude: ["Goldens"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "LLMTrainingTests",
            dependencies: ["LLMTraining", "LLMData", "LLMModel", "LLMTokenizer", "LLMTensor"],
            exclude: ["Goldens"], swiftSettings: swiftSettings),
        .testTarget(
            name: "LLMEvalTests", dependencies: ["LLMEval", "LLMModel"], exclude: ["Goldens"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "LLMGovernanceTests", dependencies: ["LLMGovernance", "LLMTensor"], exclude: ["Goldens"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "LLMServingTests",
            dependencies: ["LLMServing", "LLMGovernance", "LLMModel", "LLMTokenizer", "LLMTensor"],
            exclude: ["Goldens"], swiftSettings: swiftSettings),
        .testTarget(
            name: "LLMOpsCommandTests", dependencies: ["llmops"], exclude: ["Help", "Clients"],
            swiftSettings: swiftSettings),
    ],
    cLanguageStandard: .c17
)
