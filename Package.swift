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
        .library(name: "LLMEval", targets: ["LLMEval"]),
        .executable(name: "llmops", targets: ["llmops"]),
    ],
    traits: [
        .trait(name: "CommandLine", description: "The llmops program (swift-argument-parser)."),
        .default(enabledTraits: isDependency ? [] : ["CommandLine"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        .target(name: "CLLMKernels"),
        .target(name: "LLMTensor", dependencies: ["CLLMKernels"], swiftSettings: swiftSettings),
        .target(name: "LLMTokenizer", dependencies: ["LLMTensor"], swiftSettings: swiftSettings),
        .target(name: "LLMModel", dependencies: ["LLMTokenizer", "LLMTensor"], swiftSettings: swiftSettings),
        .target(
            name: "LLMEval", dependencies: ["LLMModel", "LLMTokenizer", "LLMTensor"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "llmops",
            dependencies: [
                "LLMEval", "LLMModel", "LLMTokenizer", "LLMTensor",
                .product(
                    name: "ArgumentParser", package: "swift-argument-parser",
                    condition: .when(traits: ["CommandLine"])),
            ],
            path: "Examples/llmops",
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "kernel-benchmark", dependencies: ["LLMTensor", "CLLMKernels"], path: "Benchmarks/kernels",
            swiftSettings: swiftSettings),
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
            name: "LLMEvalTests", dependencies: ["LLMEval", "LLMModel"], exclude: ["Goldens"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "LLMOpsCommandTests", dependencies: ["llmops"], exclude: ["Help"], swiftSettings: swiftSettings),
    ],
    cLanguageStandard: .c17
)
