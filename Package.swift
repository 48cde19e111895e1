// swift-tools-version: 6.2
//
// The module graph points one way (docs/architecture/README.md):
//
//   CZlib, CLakeKernels      system library and small C kernels, no Swift
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
    .target(name: "LakeCore", dependencies: ["CLakeKernels"]),
    .target(name: "LakeFormats", dependencies: ["LakeCore", "CLakeKernels", "CZlib"]),
    .target(name: "LakeSamples", dependencies: ["LakeCore"]),
    .target(name: "Lakehouse", dependencies: ["LakeCore", "LakeFormats", "LakeSamples"]),
    .executableTarget(name: "lake", dependencies: ["Lakehouse"]),

    .target(name: "LakeTestSupport", dependencies: ["LakeCore"], path: "Tests/LakeTestSupport"),
    .testTarget(name: "LakeCoreTests", dependencies: ["LakeCore", "LakeTestSupport"]),
    .testTarget(name: "KernelBenchmarks", dependencies: ["LakeCore"]),
  ],
  swiftLanguageModes: [.v6]
)
