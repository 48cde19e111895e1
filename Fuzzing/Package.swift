// swift-tools-version: 6.2
//
// Coverage-guided fuzzing of everything that reads bytes from strangers. A package of its own,
// since all of it is compiled with instrumentation. `Sources` leads to the modules of the main
// package: compiled as part of this one, what is `package` in them can be seen from a fuzz target.
// Their entries are those of the main manifest, with the path said. Built and run by `Fuzzing/run`.

import PackageDescription

let package = Package(
  name: "lake-fuzzing",
  targets: [
    .systemLibrary(name: "CZlib", path: "Sources/System/CZlib"),
    .systemLibrary(name: "CSQLite", path: "Sources/System/CSQLite"),
    .target(name: "CLakeKernels", path: "Sources/System/CLakeKernels"),
    .target(name: "CLakeSystem", path: "Sources/System/CLakeSystem"),
    .target(
      name: "LakeCore", dependencies: ["CLakeKernels", "CLakeSystem"], path: "Sources/LakeCore"),
    .target(
      name: "LakeFormats", dependencies: ["LakeCore", "CLakeKernels", "CZlib"],
      path: "Sources/LakeFormats"),
    .target(name: "LakeSQL", dependencies: ["LakeCore"], path: "Sources/LakeSQL"),
    .target(
      name: "LakeTables", dependencies: ["LakeCore", "LakeFormats"], path: "Sources/LakeTables"),
    .target(
      name: "LakeCatalog", dependencies: ["LakeCore", "CSQLite"], path: "Sources/LakeCatalog"),
    .target(
      name: "LakeEngine",
      dependencies: [
        "LakeCore", "LakeFormats", "LakeSQL", "LakeTables", "LakeCatalog", "CLakeKernels",
      ], path: "Sources/LakeEngine"),

    .target(name: "CFuzzer", path: "Targets/CFuzzer"),
    .target(
      name: "FuzzSupport", dependencies: ["LakeCore", "LakeFormats"], path: "Targets/FuzzSupport"),
    .executableTarget(
      name: "FuzzNumbers", dependencies: ["CFuzzer", "LakeCore"], path: "Targets/FuzzNumbers"),
    .executableTarget(
      name: "FuzzJSON", dependencies: ["CFuzzer", "FuzzSupport", "LakeCore", "LakeFormats"],
      path: "Targets/FuzzJSON", exclude: ["dictionary"]),
    .executableTarget(
      name: "FuzzCSV", dependencies: ["CFuzzer", "FuzzSupport", "LakeCore", "LakeFormats"],
      path: "Targets/FuzzCSV"),
    .executableTarget(
      name: "FuzzGzip", dependencies: ["CFuzzer", "LakeCore", "LakeFormats"],
      path: "Targets/FuzzGzip"),
    .executableTarget(
      name: "FuzzSQL",
      dependencies: ["CFuzzer", "FuzzSupport", "LakeCore", "LakeEngine", "LakeFormats", "LakeSQL"],
      path: "Targets/FuzzSQL", exclude: ["dictionary"]),
    .executableTarget(
      name: "FuzzParquet", dependencies: ["CFuzzer", "FuzzSupport", "LakeCore", "LakeFormats"],
      path: "Targets/FuzzParquet"),
  ],
  swiftLanguageModes: [.v6]
)
