/// Rules on text of any kind.
extension Rule {
  static let textRules = [endings, whitespace, tabs, leftovers, machinePaths, outsideDocuments]

  private static func texts(_ tree: SourceTree) -> [SourceFile] {
    tree.files.filter { !SourceTree.isTestData($0.path) && $0.path != "LICENSE" }
  }

  /// The lint's own samples break the rules on words on purpose.
  private static func prose(_ tree: SourceTree) -> [SourceFile] {
    texts(tree).filter { !$0.path.hasPrefix("Tests/TidyTests/") }
  }

  private static let endings = Rule(
    "every text file ends with one newline",
    bad: [["a.md": "x"], ["a.md": "x\n\n"]], good: [["a.md": "x\n", "b.md": ""]]
  ) { tree in
    texts(tree).filter { file in
      !file.text.isEmpty && (!file.text.hasSuffix("\n") || file.text.hasSuffix("\n\n"))
    }.map { Finding(path: $0.path, message: "end the file with one newline") }
  }

  private static let whitespace = Rule(
    "no line ends with white space",
    bad: [["a.md": "x \n"], ["a.swift": "let a = 1\t\n"], ["a.md": "x\r\n"]],
    good: [["a.md": " x\n"]]
  ) { tree in
    lineFindings(texts(tree), "remove the white space at the end") { line in
      line.last?.isWhitespace == true
    }
  }

  private static let tabs = Rule(
    "Swift and C are indented with spaces",
    bad: [["a.swift": "\tlet a = 1\n"], ["a.c": "\tint a;\n"]], good: [["Makefile": "\tx\n"]]
  ) { tree in
    lineFindings(texts(tree).filter { $0.isSwift || $0.isC }, "use spaces, not a tab") { line in
      line.utf8.contains(UInt8(ascii: "\t"))
    }
  }

  private static let leftovers = Rule(
    "nothing is left to be done later",
    bad: [
      ["a.swift": "// TODO: more\n"], ["a.md": "FIXME\n"], ["bin/a": "# XXX\n"],
      ["a.swift": "// Good enough for now.\n"],
    ],
    good: [["a.swift": "let template = \"lake-XXXXXX\" // \\uXXXX\n"]]
  ) { tree in
    lineFindings(
      prose(tree), "do it, or open an issue and remove this",
      having: ["TODO", "FIXME", "XXX", "HACK", "for now"]
    ) { line in
      line.contains(#/\b(?:TODO|FIXME|XXX|HACK)\b|\bfor now\b/#.wordBoundaryKind(.simple))
    }
  }

  private static let machinePaths = Rule(
    "no path of somebody's machine",
    bad: [
      ["a.md": "see /work/main\n"], ["a.swift": "open(\"/root/x\")\n"], ["b": "/home/ada/x\n"],
    ],
    good: [["a.md": "a/work/x, /usr/bin, /tmp, ~/.bashrc\n"]]
  ) { tree in
    lineFindings(
      prose(tree), "say it without a path of this machine",
      having: ["/work/", "/root/", "/farm/", "/home/"]
    ) { line in
      line.contains(#/(?:^|[\s"'`(=:])\/(?:work|root|farm|home)\//#)
    }
  }

  private static let outsideDocuments = Rule(
    "no pointer to a document or an issue that a reader of the repository does not have",
    bad: [
      ["a.swift": "// See DESIGN §6.\n"], ["a.md": "as STYLE.md says\n"],
      ["a.c": "/* issue 2 */\n"],
    ],
    good: [["a.md": "a design, in style; an issue of taste\n"]]
  ) { tree in
    lineFindings(
      prose(tree), "say what is meant; the reader cannot look there",
      having: [
        "DESIGN", "STYLE", "ECOSYSTEM", "PERFORMANCE", "RELIABILITY", "CONSENT", "issue ",
      ]
    ) { line in
      line.contains(
        #/
        \b(?:DESIGN|STYLE|ECOSYSTEM|PERFORMANCE|RELIABILITY|CONSENT)(?:\.md|\s§|\sitem)
        | \bissue\s\#?\d
        /#.wordBoundaryKind(.simple)
      )
    }
  }

  /// One finding for each line that is bad. Where `having` is given, only lines with one of its
  /// texts are looked at.
  static func lineFindings(
    _ files: [SourceFile], _ message: String, having needles: [String] = [],
    where isBad: (Substring) -> Bool
  ) -> [Finding] {
    files.filter { needles.isEmpty || $0.text.has(needles) }.flatMap { file in
      file.lines.enumerated()
        .filter { (needles.isEmpty || $0.element.has(needles)) && isBad($0.element) }
        .map { file.finding($0.offset, message) }
    }
  }
}
