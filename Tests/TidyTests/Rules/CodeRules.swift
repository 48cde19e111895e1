/// Rules on what code may not do, each with what to do instead.
extension Rule {
  static let codeRules = [calls, traps, tests, unsafeFlags, reasons]

  /// A pattern in scrubbed code, and its replacement.
  private struct Ban: @unchecked Sendable {
    // @unchecked Sendable: a regular expression is immutable once made.
    let pattern: Regex<Substring>
    /// One of these is in every match.
    let needles: [String]
    let instead: String

    init(_ needles: [String], _ pattern: Regex<Substring>, _ instead: String) {
      self.needles = needles
      self.pattern = pattern.wordBoundaryKind(.simple)
      self.instead = instead
    }
  }

  private static func findings(_ files: [SourceFile], _ bans: [Ban]) -> [Finding] {
    files.flatMap { file in
      bans.filter { file.text.has($0.needles) }.flatMap { ban in
        file.code.enumerated()
          .filter { $0.element.has(ban.needles) && $0.element.contains(ban.pattern) }
          .map { file.finding($0.offset, ban.instead) }
      }
    }
  }

  private static let callBans = [
    Ban(
      ["print(", "Print(", "dump("],
      #/(?:^|[^\w.`])(?:print|debugPrint|dump)\((?!.*to: &)/#,
      "printing is the command's: return a value, or throw a LakeError"),
    Ban(
      ["exit", "abort"], #/(?:^|[^\w.`])(?:_?exit|abort)\(/#,
      "only the command exits: throw a LakeError"),
    Ban(
      ["env"],
      #/\b(?:secure_)?(?:getenv|setenv|unsetenv|environ)\b/#,
      "only the command reads the environment: take a parameter"),
    Ban(
      ["put", "perror", "printf"], #/\b(?:fputs|puts|putchar|perror|vprintf)\(/#,
      "printing is the command's: return a value"),
    Ban(
      ["FileHandle", "ProcessInfo", "CommandLine"], #/\b(?:FileHandle|ProcessInfo|CommandLine)\b/#,
      "take a parameter from the command"),
    Ban(
      ["std", "STD"],
      #/\b(?:stdout|stderr|stdin|STDOUT_FILENO|STDERR_FILENO|STDIN_FILENO)\b/#,
      "take a file as a parameter"),
  ]

  private static let calls = Rule(
    "nothing below the command prints, exits or reads the environment",
    bad: [
      "print(1)", "  debugPrint(x)", "exit(1)", "let a = getenv(name)", "fputs(a, file)",
      "FileHandle.standardError", "let f = stderr", "let a = CommandLine.arguments",
    ].map { ["Sources/LakeCore/a.swift": "\($0)\n"] },
    good: [
      ["Sources/lake/a.swift": "print(1)\nexit(0)\n"],
      [
        "Sources/LakeCore/a.swift":
          "// print(1)\nlet a = \"exit(1)\"\nb.print(a)\nprint(a, to: &b)\nfunc sprint() {}\n"
      ],
    ]
  ) { tree in
    // The standard streams as files: opened by whoever is told to.
    let streams = "Sources/LakeCore/FileSystem/Standard"
    return findings(
      tree.swift(in: "Sources").filter {
        $0.module != "lake" && $0.module != "LakeCommand" && !$0.path.hasPrefix(streams)
      },
      callBans)
  }

  private static let trapBans = [
    Ban(["fatalError"], #/\bfatalError\(/#, "throw a LakeError, or use precondition for a bug"),
    Ban(["try!"], #/\btry!/#, "handle the error"),
    Ban(["as!"], #/\bas!/#, "use as? and handle the other case"),
    Ban(["!"], #/[\w)\]}>]!(?![=\w(])/#, "unwrap with guard or if, and handle nil"),
    Ban(
      ["unowned", "unsafeDowncast"], #/\bunowned\(unsafe\)|\bunsafeDowncast\b/#,
      "use a checked form"),
    Ban(
      ["import "],
      #/^\s*(?:@\w+ |public |package )?import (?:Foundation\w*|Dispatch|XCTest)\b/#,
      "use Glibc or Synchronization: start-up time and size"),
  ]

  private static let traps = Rule(
    "nothing in the sources can trap on what a user gives",
    bad: [
      "fatalError()", "try! f()", "let a = b as! C", "let a = b!", "a[0]!.c", "f()!",
      "let a: Int! = 1",
      "\"\\(a!)\"", "import Foundation", "import FoundationEssentials",
    ].map { ["Sources/LakeCore/a.swift": "\($0)\n"] },
    good: [
      [
        "Sources/lake/a.swift":
          "// try! a!\nlet a = \"b!\"\nif !a, a != b, !f(!c) { x = a! = b }\n"
          .replacing("a! = b", with: "a")
      ]
    ]
  ) { tree in findings(tree.swift(in: "Sources"), trapBans) }

  private static let testBans = [
    Ban(["@testable"], #/@testable\b/#, "tests see what is `package`"),
    Ban(["XCTest"], #/^\s*import XCTest\b/#, "write it with Swift Testing"),
  ]

  private static let tests = Rule(
    "tests are written with Swift Testing and see what sibling modules see",
    bad: [
      ["Tests/A/a.swift": "@testable import LakeCore\n"], ["Tests/A/a.swift": "import XCTest\n"],
    ],
    good: [["Tests/A/a.swift": "import Testing\nimport Foundation\n"]]
  ) { tree in findings(tree.swift(in: "Tests"), testBans) }

  /// SwiftPM refuses a dependency with unsafe flags; the link of the command is no dependency.
  private static let unsafeFlags = Rule(
    "the manifest has no unsafe flags but the command's static runtime",
    bad: [
      ["Package.swift": "swiftSettings: [.unsafeFlags([\"-Ounchecked\"])]\n"],
      ["bin/a": "#!/bin/sh\nswift build -Xswiftc -Ounchecked\n"],
      ["Fuzzing/Package.swift": "cSettings: [.unsafeFlags([\"-mavx2\"])]\n"],
    ],
    good: [["Package.swift": "linkerSettings: [.unsafeFlags([\"-static-stdlib\"])]\n"]]
  ) { tree in
    let allowed = "linkerSettings: [.unsafeFlags([\"-static-stdlib\"]"
    let builders = tree.files.filter { $0.path.hasSuffix("Package.swift") || $0.isScript }
    return lineFindings(builders, "a library built so cannot be depended on") { line in
      line.has("-Ounchecked") || line.has(".unsafeFlags(") && !line.has(allowed)
    }
  }

  private static let reasons = Rule(
    "what the compiler does not check has its reason beside it",
    bad: [
      ["Sources/A/a.swift": "final class A: @unchecked Sendable {}\n"],
      ["Sources/A/a.swift": "/// A thing.\nfinal class A: @unchecked Sendable {}\n"],
      ["Sources/A/a.swift": "// @unchecked Sendable:\nfinal class A: @unchecked Sendable {}\n"],
      ["Sources/A/a.swift": "nonisolated(unsafe) var a = 1\n"],
    ],
    good: [
      [
        "Sources/A/a.swift":
          "// @unchecked Sendable: never changes.\nfinal class A: @unchecked Sendable {}\n"
      ],
      [
        "Sources/A/a.swift":
          "struct A: @unchecked Sendable {\n  // @unchecked Sendable: const.\n}\n"
      ],
      [
        "Sources/A/a.swift":
          "// nonisolated(unsafe): set once\n// by main.\nnonisolated(unsafe) var a = 1\n"
      ],
    ]
  ) { tree in
    (tree.swift(in: "Sources") + tree.swift(in: "Tests")).flatMap { file in
      ["@unchecked Sendable", "nonisolated(unsafe)"].flatMap { term in
        file.code.indices.filter { file.code[$0].has(term) && !hasReason(file, $0, term) }
          .map { file.finding($0, "write '// \(term): reason' just before it") }
      }
    }
  }

  /// Whether `// term: reason` begins in the five lines before a line, or just after it.
  private static func hasReason(_ file: SourceFile, _ index: Int, _ term: String) -> Bool {
    let near = max(0, index - 5)...min(index + 1, file.lines.count - 1)
    return near.contains { line in
      let text = file.lines[line].drop { $0 == " " }
      return text.hasPrefix("// \(term): ") && text.count > "// \(term): ".count
    }
  }
}
