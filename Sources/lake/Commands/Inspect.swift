/// `lake inspect`: the options, and how they are read.
package struct Inspect: Sendable, Equatable {
  package var files: [String] = []

  package init() {}

  package static let declaration = Declaration(
    name: "inspect", summary: "Say what files are, to their columns",
    discussion: """
      Reads every record and shows format, layout, compression, the number of records and rejects, \
      and for each column its type, its nulls and its range.
      """,
    initial: Inspect(),
    arguments: [
      .oneOrMore("FILE", .file, "Files, directories or patterns to look at.") {
        $0.files.append($1)
      }
    ],
    examples: [
      Example("lake inspect readings.json", "What is in a file."),
      Example("lake inspect 'landing/*.json' --json", "The same for programs, of many files."),
    ])
}
