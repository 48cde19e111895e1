/// Rules on who may know whom.
extension Rule {
  static let moduleRules = [graph, declaredImports, fuzzedTargets]

  /// What each module may import. The graph points one way; the order is from the ground up.
  static let mayImport: [String: Set<String>] = {
    let system: Set = ["CZlib", "CSQLite", "CLakeKernels", "CLakeSystem"]
    let core: Set = ["LakeCore", "CLakeKernels", "CLakeSystem"]
    let formats = core.union(["LakeFormats"])
    let engine = formats.union(["LakeSQL", "LakeTables", "LakeCatalog", "LakeEngine"])
    let all = engine.union(["LakeCrawler", "LakePipelines", "LakeSamples", "Lakehouse"])
    return [
      "LakeCore": core.subtracting(["LakeCore"]),
      "LakeFormats": core.union(["CZlib"]),
      "LakeSamples": core,
      "LakeSQL": core,
      "LakeTables": formats,
      "LakeCatalog": core.union(["CSQLite"]),
      "LakeCrawler": formats.union(["LakeCatalog"]),
      "LakeEngine": engine.subtracting(["LakeEngine"]),
      "LakePipelines": engine,
      "Lakehouse": all.subtracting(["Lakehouse"]),
      "LakeCommand": all.subtracting(system),
      "lake": ["LakeCommand"],
    ]
  }()

  private static let systemImports: Set = ["Glibc", "Synchronization", "Swift"]

  private static func imports(_ file: SourceFile) -> [(line: Int, module: String)] {
    file.code.enumerated().compactMap { index, line in
      guard line.has("import ") else { return nil }
      let pattern =
        #/
        ^\s* (?: @\w+ (?:\(\w+\))? \s | (?:public|package|internal|private|fileprivate) \s )*
        import \s (?: (?:struct|func|class|enum|protocol) \s )? (?<module>\w+)
        /#
      return line.firstMatch(of: pattern).map { (index, String($0.module)) }
    }
  }

  private static let graph = Rule(
    "imports follow the module graph",
    bad: [
      ["Sources/LakeCore/a.swift": "import LakeFormats\n"],
      ["Sources/LakeFormats/a.swift": "package import Lakehouse\n"],
      ["Sources/LakeEngine/a.swift": "import LakeCrawler\n"],
      ["Sources/LakeCore/a.swift": "import CSQLite\n"],
      ["Sources/Unheard/a.swift": "import Glibc\n"],
    ],
    good: [["Sources/LakeFormats/a.swift": "import CZlib\nimport Glibc\nimport LakeCore\n"]]
  ) { tree in
    tree.swift(in: "Sources").flatMap { file -> [Finding] in
      guard let module = file.module, let allowed = mayImport[module] else {
        return [Finding(path: file.path, message: "give its module a place in the module graph")]
      }
      return imports(file).filter {
        !allowed.contains($0.module) && !systemImports.contains($0.module)
      }
      .map { file.finding($0.line, "\(module) may not import \($0.module)") }
    }
  }

  /// Names of dependencies by target, read from a manifest.
  static func dependencies(in manifest: SourceFile) -> [String: Set<String>] {
    var result: [String: Set<String>] = [:]
    let target =
      #/
      \.(?:target|executableTarget|testTarget) \( \s* name: \s "(?<name>\w+)"
      (?: ,\s* dependencies: \s \[ (?<list>[^\]]*) \] )?
      /#
    for match in manifest.text.matches(of: target) {
      let names = (match.list ?? "").matches(of: #/"(\w+)"/#).map { String($0.1) }
      result[String(match.name)] = Set(names)
    }
    return result
  }

  private static let manifestSample = """
    .target(name: "LakeCore"),
    .target(
      name: "LakeFormats",
      dependencies: ["LakeCore"]
    ),

    """

  private static let declaredImports = Rule(
    "what a target imports is declared in the manifest",
    bad: [["Package.swift": manifestSample, "Sources/LakeFormats/a.swift": "import CZlib\n"]],
    good: [["Package.swift": manifestSample, "Sources/LakeFormats/a.swift": "import LakeCore\n"]]
  ) { tree in
    guard let manifest = tree.file("Package.swift") else { return [] }
    let declared = dependencies(in: manifest)
    let ours = Set(declared.keys).union(["CZlib", "CSQLite"])
    return (tree.swift(in: "Sources") + tree.swift(in: "Tests")).flatMap { file -> [Finding] in
      guard let module = file.module, let known = declared[module] else { return [] }
      return imports(file).filter { ours.contains($0.module) && !known.contains($0.module) }
        .map { file.finding($0.line, "declare \($0.module) as a dependency of \(module)") }
    }
  }

  private static let fuzzedTargets = Rule(
    "the fuzzed modules are built as the main manifest says",
    bad: [
      [
        "Package.swift": ".target(name: \"A\", dependencies: [\"B\"])\n",
        "Fuzzing/Package.swift": ".target(name: \"A\", dependencies: [\"C\"], path: \"x\")\n",
      ]
    ],
    good: [
      [
        "Package.swift": ".target(name: \"A\", dependencies: [\"B\"])\n.target(name: \"D\")\n",
        "Fuzzing/Package.swift": ".target(name: \"A\", dependencies: [\"B\"], path: \"x\")\n",
      ]
    ]
  ) { tree in
    guard let main = tree.file("Package.swift"), let fuzzing = tree.file("Fuzzing/Package.swift")
    else { return [] }
    let (expected, seen) = (dependencies(in: main), dependencies(in: fuzzing))
    return seen.keys.sorted().filter { expected[$0] != nil && expected[$0] != seen[$0] }.map {
      Finding(path: fuzzing.path, message: "give \($0) the dependencies of the main manifest")
    }
  }
}
