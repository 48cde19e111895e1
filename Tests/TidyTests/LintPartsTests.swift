import Testing

/// The parts that rules are built on.
@Suite("Tidy: scrubbing and spans")
struct LintPartsTests {
  static let scrubbed = [
    ("a // b\nc", "a     \nc"),
    ("a /* b /* c */ d */ e", "a                   e"),
    ("f(\"a // b\")", "f(\"      \")"),
    ("\"a\\\"b\" + c", "\"    \" + c"),
    ("\"a \\(b + \"c\") d\" + e", "\"   (b + \" \")  \" + e"),
    ("\"\\(f(g(1)))\" x", "\" (f(g(1)))\" x"),
    ("#\"a \" \\n\"# b", "#\"      \"# b"),
    ("#\"\\#(a!)b\"#", "#\"  (a!) \"#"),
    ("\"\"\"\n  a \" b\n  \"\"\" c", "\"\"\"\n       \n  \"\"\" c"),
    ("#/a\"b/# c", "#/   /# c"),
    ("#if os(Linux)\na\n#endif", "#if os(Linux)\na\n#endif"),
  ]

  @Test(arguments: scrubbed)
  func scrubbingLeavesOnlyCode(source: String, code: String) {
    #expect(SwiftScrubber.scrub(source) == code)
  }

  @Test func spansCoverSignatureAndBody() {
    let text = """
      protocol P {
        func required() -> Int
        func other(_ a: (Int) -> Void)
      }
      struct S {
        init?(a: Int = { 3 }()) { b = a }
        func many(
          a: Int,
          b: Int
        ) throws
          -> Int
        {
          let c = a.map { $0 }
          self.init(a: 1)
          return "}"
        }
        subscript(a: Int) -> Int { a }
        deinit {
        }
      }
      """
    let spans = FunctionSpan.all(in: SourceFile(path: "a.swift", text: text))
    #expect(spans.map(\.name) == ["init", "many", "subscript", "deinit"])
    #expect(spans.map(\.lineCount) == [1, 10, 1, 2])
  }
}
