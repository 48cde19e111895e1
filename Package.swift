// swift-tools-version: 6.2
//
// The module graph points one way (docs/architecture/README.md):
//
//   CZlib, CLakeKernels      system library and small C kernels, no Swift
//   CLakeSystem              calls of Linux that the Glibc module does not show
//   LakeCore                 types, vectors, kernels, errors, file system, thread pool
//   LakeFormats              JSON, CSV, compression: bytes ⇄ batches
//   LakeSamples              synthetic data
//   Lakehouse                the public library
//   lake                     the command
//
// A build needs zlib1g-dev. Other codecs are found at run time.

import PackageDescription

let package = Package(
  name: "lake",
  products: [
    .library(name: "Lakehouse", targets: ["Lakehouse"]),
    .executable(name: "lake", targets: ["lake"]),
  ],
  targets: [
    .systemLibrary(
      name: "CZlib",
      path: "Sources/System/CZlib",
      providers: [.apt(["zlib1g-dev"])]
    ),
    .target(name: "CLakeKernels", path: "Sources/System/CLakeKernels"),
    .target(name: "CLakeSystem", path: "Sources/System/CLakeSystem"),
    .target(name: "LakeCore", dependencies: ["CLakeKernels", "CLakeSystem"]),
    .target(name: "LakeFormats", dependencies: ["LakeCore", "CLakeKernels", "CZlib"]),
    .target(name: "LakeSamples", dependencies: ["LakeCore"]),
    .target(name: "Lakehouse", dependencies: ["LakeCore", "LakeFormats", "LakeSamples"]),
    // A release of the command carries the Swift runtime. Said here and not on the command line, so
    // that it concerns one link and no compilation: the tests share the command's objects.
    .executableTarget(
      name: "lake", dependencies: ["Lakehouse"],
      linkerSettings: [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))]
    ),
    .executableTarget(
      name: "LakeBenchmark", dependencies: ["LakeCore", "LakeFormats"],
      path: "Benchmarks/Sources/LakeBenchmark"),

    .target(name: "LakeTestSupport", dependencies: ["LakeCore"], path: "Tests/LakeTestSupport"),
    .testTarget(name: "LakeCoreTests", dependencies: ["LakeCore", "LakeTestSupport"]),
    .testTarget(
      name: "LakeFormatsTests", dependencies: ["LakeFormats", "LakeCore", "LakeTestSupport"]),
    .testTarget(name: "GoldenTests", dependencies: ["LakeTestSupport"]),
    .testTarget(name: "ScriptTests", dependencies: ["LakeTestSupport"]),
    .testTarget(name: "TidyTests", dependencies: ["LakeTestSupport"]),
    .testTarget(name: "KernelBenchmarks", dependencies: ["LakeCore"]),
  ],
  swiftLanguageModes: [.v6]
)
