/// Rules that keep prose true: what it points at exists.
extension Rule {
  static let documentRules = [required, links, quotedPaths, documentsInCode, typeNames, fixtures]

  private static let requiredFiles = [
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "docs/GLOSSARY.md",
    "docs/architecture/README.md", "bin/lake", "bin/test", "bin/setup", "bin/package",
  ]

  private static let required = Rule(
    "the documents that every reader looks for are there",
    bad: [["README.md": "x\n"]],
    good: [Dictionary(uniqueKeysWithValues: requiredFiles.map { ($0, "x\n") })]
  ) { tree in
    requiredFiles.filter { !tree.exists($0) }.map { Finding(path: $0, message: "is missing") }
  }

  /// A path from the folder of `file`, with `.` and `..` taken out.
  private static func resolve(_ path: Substring, from file: SourceFile) -> String {
    var parts = path.hasPrefix("/") ? [] : file.path.split(separator: "/").dropLast()
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }

  /// Lines outside of ``` blocks, which show things that need not exist.
  private static func proseLines(_ file: SourceFile) -> [(index: Int, line: Substring)] {
    var isInBlock = false
    return file.lines.enumerated().compactMap { index, line in
      if line.drop(while: { $0 == " " }).hasPrefix("```") {
        isInBlock.toggle()
        return nil
      }
      return isInBlock ? nil : (index, line)
    }
  }

  private static let links = Rule(
    "links lead somewhere",
    bad: [["docs/a.md": "[b](b.md)\n"], ["a.md": "![x](docs/x.png)\n"]],
    good: [["docs/a.md": "[b](../b.md#part) [c](https://example.org) [d](#d)\n", "b.md": "x\n"]]
  ) { tree in
    tree.files.filter(\.isMarkdown).flatMap { file in
      proseLines(file).flatMap { index, line in
        line.matches(of: #/\]\((?<target>[^)\s]+)\)/#).compactMap { match -> Finding? in
          let target = match.target.prefix { $0 != "#" }
          guard !target.isEmpty, !target.contains(":") else { return nil }
          if tree.exists(resolve(target, from: file)) { return nil }
          return file.finding(index, "the link to \(target) leads nowhere")
        }
      }
    }
  }

  private static let topFolders = [
    "bin/", "Scripts/", "Sources/", "Tests/", "docs/", "Fuzzing/", "Benchmarks/", "examples/",
    ".ci/",
  ]

  private static let quotedPaths = Rule(
    "paths and scripts named in documents exist",
    bad: [
      ["README.md": "see `docs/b.md`\n"], ["README.md": "run `bin/nothing --fast`\n"],
      ["docs/a.md": "see `CHANGES.md`\n"],
    ],
    good: [
      [
        "README.md": "`bin/lake convert a b`, `Tests/<Name>/*.swift`, `bin/` and `lake/x`\n",
        "bin/lake": "#!\n",
      ]
    ]
  ) { tree in
    tree.files.filter { $0.isMarkdown && !SourceTree.isTestData($0.path) }.flatMap { file in
      proseLines(file).flatMap { index, line in
        line.matches(of: #/`(?<quoted>[^`]+)`/#).compactMap { match -> Finding? in
          let path = match.quoted.prefix { $0 != " " }
          guard isPath(path), !tree.exists(String(path)) else { return nil }
          if tree.exists(resolve(path, from: file)) { return nil }
          return file.finding(index, "there is no \(path)")
        }
      }
    }
  }

  private static func isPath(_ text: Substring) -> Bool {
    guard !text.contains(where: { "<>*…{}$".contains($0) }) else { return false }
    return topFolders.contains { text.hasPrefix($0) }
      || text.hasSuffix(".md") && text.count > ".md".count
  }

  private static let documentsInCode = Rule(
    "documents named in code exist",
    bad: [["a.swift": "// See docs/a.md.\n"], ["bin/x": "#!/bin/sh\n# docs/architecture/a.md\n"]],
    good: [["a.swift": "// See docs/a.md.\n", "docs/a.md": "x\n"]]
  ) { tree in
    tree.files.filter { ($0.isSwift || $0.isScript) && !$0.path.hasPrefix("Tests/TidyTests/") }
      .flatMap { file in
        file.lines.enumerated().filter { $0.element.has("docs/") }.flatMap { index, line in
          line.matches(of: #/docs\/[\w\/.-]+\.md/#).map { String($0.output) }
            .filter { !tree.exists($0) }.map { file.finding(index, "there is no \($0)") }
        }
      }
  }

  /// Names that look like ours and belong to others.
  private static let foreignTypes: Set = [
    "Array", "Bool", "Double", "Int", "Mutex", "Sendable", "String", "Substring", "UInt8", "Glibc",
    "Synchronization", "Foundation", "Testing", "Package", "Result", "Optional",
  ]

  private static let typeNames = Rule(
    "types named in the architecture pages are declared",
    bad: [
      ["docs/architecture/a.md": "`ColumnVector` is\n"],
      ["docs/architecture/a.md": "`A.Missing`\n", "Sources/M/a.swift": "struct A {}\n"],
    ],
    good: [
      [
        "docs/architecture/a.md":
          "`A`, `A.Code`, `M`, `a`, `SELECT`, `String`, `A.make()`, `A<B>`\n",
        "Sources/M/a.swift": "package struct A {}\nextension A { enum Code {} }\nprotocol B {}\n",
      ]
    ]
  ) { tree in
    let declared = declaredNames(tree).union(foreignTypes)
    return tree.files.filter { $0.path.hasPrefix("docs/architecture/") && $0.isMarkdown }
      .flatMap { file in
        proseLines(file).flatMap { index, line in
          line.matches(of: #/`(?<quoted>[^`]+)`/#).flatMap { typeNames(in: $0.quoted) }
            .filter { !declared.contains($0) }
            .map { file.finding(index, "no type `\($0)` is declared") }
        }
      }
  }

  /// The type names in what stands between back-ticks: words in upper camel case, joined by dots.
  private static func typeNames(in quoted: Substring) -> [String] {
    guard quoted.wholeMatch(of: #/[A-Za-z][\w.<>, ]*(?:\(.*\))?/#) != nil, !quoted.contains(".md")
    else { return [] }
    return quoted.prefix { $0 != "(" }.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
      .filter { $0.wholeMatch(of: #/[A-Z]\w*[a-z]\w*/#) != nil }.map { String($0) }
  }

  private static let declaringWords = [
    "struct ", "class ", "enum ", "protocol ", "actor ", "typealias ", "associatedtype ",
  ]

  private static func declaredNames(_ tree: SourceTree) -> Set<String> {
    var names: Set<String> = []
    for file in tree.files where file.isSwift {
      if let module = file.module { names.insert(module) }
      for line in file.code where line.has(declaringWords) {
        let pattern =
          #/\b(?:struct|class|enum|protocol|actor|typealias|associatedtype)\s+(?<name>[A-Z]\w*)/#
        for match in line.matches(of: pattern) { names.insert(String(match.name)) }
      }
    }
    for path in tree.paths where path.hasPrefix("Sources/System/") {
      names.insert(String(path.split(separator: "/")[2]))
    }
    return names
  }

  private static let fixtures = Rule(
    "every fixture is listed in the README of its folder, or of one above it",
    bad: [
      ["Tests/Fixtures/a.json": "1\n"],
      ["Tests/Fixtures/bad/a.json": "1\n", "Tests/Fixtures/README.md": "b.json\n"],
    ],
    good: [
      ["Tests/Fixtures/bad/a.json": "1\n", "Tests/Fixtures/README.md": "| `bad/a.json` | x |\n"]
    ]
  ) { tree in
    let names = tree.paths.filter { path in
      path.hasPrefix("Tests/Fixtures/") && !path.hasSuffix("README.md")
        && !tree.paths.contains { $0.hasPrefix("\(path)/") }
    }
    return names.sorted().filter { !isListed($0, in: tree) }
      .map { Finding(path: $0, message: "list it, with what it is for, in a README.md above it") }
  }

  private static func isListed(_ path: String, in tree: SourceTree) -> Bool {
    let parts = path.split(separator: "/")
    return (2..<parts.count).contains { depth in
      let readme = tree.file(parts[..<depth].joined(separator: "/") + "/README.md")
      return readme?.text.contains("`\(parts[depth...].joined(separator: "/"))`") == true
    }
  }
}
