// swift-tools-version: 6.2
//
// The module graph points one way (docs/architecture/README.md):
//
//   CZlib, CSQLite           system libraries
//   CLakeKernels             small C kernels
//   CLakeSystem              calls of Linux that the Glibc module does not show
//   LakeCore                 types, vectors, kernels, errors, file system, thread pool
//   LakeFormats              JSON, CSV, Parquet, compression: bytes ⇄ batches
//   LakeSamples              synthetic data
//   LakeSQL                  lexer, parser, syntax tree, printer
//   LakeTables               the log, snapshots, commits, publish
//   LakeCatalog              the metadata catalog in SQLite
//   LakeCrawler              discover, classify, infer, diff
//   LakeEngine               binder, planner, optimiser, operators, functions
//   LakePipelines            graph, jobs, runs, constraints, consent, lineage
//   Lakehouse                the public library
//   LakeCommand              the command, subcommand by subcommand
//   lake                     its main function
//
// A build needs zlib1g-dev and libsqlite3-dev. Other codecs are found at run time.

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
    .systemLibrary(
      name: "CSQLite",
      path: "Sources/System/CSQLite",
      providers: [.apt(["libsqlite3-dev"])]
    ),
    .target(name: "CLakeKernels", path: "Sources/System/CLakeKernels"),
    .target(name: "CLakeSystem", path: "Sources/System/CLakeSystem"),
    .target(name: "LakeCore", dependencies: ["CLakeKernels", "CLakeSystem"]),
    .target(name: "LakeFormats", dependencies: ["LakeCore", "CLakeKernels", "CZlib"]),
    .target(name: "LakeSamples", dependencies: ["LakeCore"]),
    .target(name: "LakeSQL", dependencies: ["LakeCore"]),
    .target(name: "LakeTables", dependencies: ["LakeCore", "LakeFormats"]),
    .target(name: "LakeCatalog", dependencies: ["LakeCore", "CSQLite"]),
    .target(name: "LakeCrawler", dependencies: ["LakeCore", "LakeFormats", "LakeCatalog"]),
    .target(
      name: "LakeEngine",
      dependencies: [
        "LakeCore", "LakeFormats", "LakeSQL", "LakeTables", "LakeCatalog", "CLakeKernels",
      ]),
    .target(
      name: "LakePipelines",
      dependencies: [
        "LakeCore", "LakeFormats", "LakeSQL", "LakeTables", "LakeCatalog", "LakeEngine",
      ]),
    .target(
      name: "Lakehouse",
      dependencies: [
        "LakeCore", "LakeFormats", "LakeSamples", "LakeSQL", "LakeTables", "LakeCatalog",
        "LakeCrawler", "LakeEngine", "LakePipelines",
      ]),
    .target(
      name: "LakeCommand",
      dependencies: [
        "Lakehouse", "LakeCore", "LakeFormats", "LakeSamples", "LakeSQL", "LakeTables",
        "LakeCatalog", "LakeCrawler", "LakeEngine", "LakePipelines",
      ]),
    // A release of the command carries the Swift runtime. Said here and not on the command line, so
    // that it concerns one link and no compilation: the tests share the command's objects. And the
    // target is a main function only: whatever links it, links like this.
    .executableTarget(
      name: "lake", dependencies: ["LakeCommand"],
      linkerSettings: [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))]
    ),
    .executableTarget(
      name: "LakeBenchmark", dependencies: ["LakeCore", "LakeFormats"],
      path: "Benchmarks/Sources/LakeBenchmark"),

    .target(name: "LakeTestSupport", dependencies: ["LakeCore"], path: "Tests/LakeTestSupport"),
    .testTarget(name: "LakeCoreTests", dependencies: ["LakeCore", "LakeTestSupport"]),
    .testTarget(
      name: "LakeFormatsTests", dependencies: ["LakeCore", "LakeFormats", "LakeTestSupport"]),
    .testTarget(name: "LakeSQLTests", dependencies: ["LakeCore", "LakeSQL", "LakeTestSupport"]),
    .testTarget(
      name: "LakeTablesTests",
      dependencies: ["LakeCore", "LakeFormats", "LakeTables", "LakeTestSupport"]),
    .testTarget(
      name: "LakeCatalogTests", dependencies: ["LakeCore", "LakeCatalog", "LakeTestSupport"]),
    .testTarget(
      name: "LakeCrawlerTests",
      dependencies: ["LakeCore", "LakeFormats", "LakeCatalog", "LakeCrawler", "LakeTestSupport"]),
    .testTarget(
      name: "LakeEngineTests",
      dependencies: [
        "LakeCore", "LakeFormats", "LakeSQL", "LakeTables", "LakeCatalog", "LakeEngine",
        "LakeTestSupport",
      ]),
    .testTarget(
      name: "LakePipelinesTests",
      dependencies: [
        "LakeCore", "LakeFormats", "LakeSQL", "LakeTables", "LakeCatalog", "LakeCrawler",
        "LakeEngine", "LakePipelines", "Lakehouse", "LakeSamples", "LakeTestSupport",
      ]),
    .testTarget(
      name: "GoldenTests",
      dependencies: [
        "LakeCore", "LakeEngine", "LakeFormats", "LakeSQL", "Lakehouse", "LakeTestSupport",
      ]),
    .testTarget(name: "ScriptTests", dependencies: ["LakeTestSupport"]),
    .testTarget(name: "TidyTests", dependencies: ["LakeTestSupport"]),
    .testTarget(name: "KernelBenchmarks", dependencies: ["LakeCore"]),
    .testTarget(
      name: "LakeSamplesTests", dependencies: ["LakeSamples", "LakeCore", "LakeTestSupport"]),
    .testTarget(
      name: "LakeCommandTests",
      dependencies: [
        "LakeCommand", "LakeCore", "LakeFormats", "LakeSamples", "Lakehouse", "LakeTestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
