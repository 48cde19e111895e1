/// Rules on how much of anything there may be. Medians and 95th percentiles are ratchets: they keep
/// the whole small without forbidding the exception.
extension Rule {
  static let sizeRules = [lineLength, functionLength, fileLength, functionSizes, fileSizes]

  static let columnsMax = 100
  static let functionLinesMax = 70
  static let fileLinesMax = 700
  static let testFileLinesMax = 800

  private static let lineLength = Rule(
    "no line of code is longer than 100 columns",
    bad: [
      ["a.swift": "// \(String(repeating: "x", count: 98))\n"],
      ["bin/a": "#!/bin/sh\n# \(String(repeating: "x", count: 99))\n"],
    ],
    good: [["a.swift": "// \(String(repeating: "é", count: 97))\n"]]
  ) { tree in
    lineFindings(
      tree.files.filter { $0.isSwift || $0.isC || $0.isScript }, "more than 100 columns"
    ) { $0.utf8.count > columnsMax && $0.count > columnsMax }
  }

  private static func swift(_ tree: SourceTree) -> [SourceFile] {
    tree.files.filter { $0.isSwift && $0.path != "Package.swift" }
  }

  private static func function(of lines: Int) -> String {
    "func f() {\n\(String(repeating: "  f()\n", count: lines - 2))}\n"
  }

  private static let functionLength = Rule(
    "no function is longer than 70 lines",
    bad: [["Sources/A/a.swift": function(of: 71)], ["Tests/A/a.swift": function(of: 72)]],
    good: [["Sources/A/a.swift": function(of: 70) + function(of: 70)]]
  ) { tree in
    swift(tree).flatMap { file in
      FunctionSpan.all(in: file).filter { $0.lineCount > functionLinesMax }.map {
        file.finding($0.lines.lowerBound, "'\($0.name)' has \($0.lineCount) lines, more than 70")
      }
    }
  }

  private static let fileLength = Rule(
    "no file is longer than 700 lines, no test 800",
    bad: [
      ["Sources/A/a.swift": String(repeating: "x\n", count: 701)],
      ["Tests/A/a.swift": String(repeating: "x\n", count: 801)],
    ],
    good: [
      ["Sources/A/a.swift": String(repeating: "x\n", count: 700)],
      ["Tests/A/a.swift": String(repeating: "x\n", count: 800)],
    ]
  ) { tree in
    tree.files.filter { $0.isSwift || $0.isC }.compactMap { file in
      let limit = file.path.hasPrefix("Tests/") ? testFileLinesMax : fileLinesMax
      guard file.lineCount > limit else { return nil }
      return Finding(path: file.path, message: "\(file.lineCount) lines, more than \(limit)")
    }
  }

  private static let functionSizes = Rule(
    "functions have at most 9 lines in the median and 40 at the 95th percentile",
    bad: [
      ["Sources/A/a.swift": String(repeating: function(of: 10), count: 60)],
      [
        "Sources/A/a.swift": String(repeating: function(of: 4), count: 55)
          + String(repeating: function(of: 41), count: 5)
      ],
    ],
    good: [["Sources/A/a.swift": String(repeating: function(of: 9), count: 60)]]
  ) { tree in
    let sizes = tree.swift(in: "Sources").flatMap { FunctionSpan.all(in: $0) }.map(\.lineCount)
    return distribution("functions", sizes, medianMax: 9, percentile95Max: 40)
  }

  private static func files(_ count: Int, of lines: Int, _ prefix: String) -> [String: String] {
    let text = String(repeating: "x\n", count: lines)
    return Dictionary(
      uniqueKeysWithValues: (0..<count).map { ("Sources/A/\(prefix)\($0).swift", text) })
  }

  private static let fileSizes = Rule(
    "files have at most 150 lines in the median and 450 at the 95th percentile",
    bad: [
      files(60, of: 151, "a"), files(55, of: 10, "a").merging(files(5, of: 451, "b")) { $1 },
    ],
    good: [files(60, of: 150, "a")]
  ) { tree in
    let sizes = tree.swift(in: "Sources").map(\.lineCount)
    return distribution("files", sizes, medianMax: 150, percentile95Max: 450)
  }

  /// Says nothing about fewer than fifty: they have no distribution.
  private static func distribution(
    _ what: String, _ sizes: [Int], medianMax: Int, percentile95Max: Int
  ) -> [Finding] {
    let sorted = sizes.sorted()
    guard sorted.count >= 50 else { return [] }
    let (median, percentile95) = (sorted[sorted.count / 2], sorted[sorted.count * 95 / 100])
    var findings: [Finding] = []
    if median > medianMax {
      findings.append(
        Finding(
          path: "Sources", message: "median of \(what): \(median) lines, more than \(medianMax)"))
    }
    if percentile95 > percentile95Max {
      let message =
        "95th percentile of \(what): \(percentile95) lines, more than \(percentile95Max)"
      findings.append(Finding(path: "Sources", message: message))
    }
    return findings
  }
}
