import LakeCore
import LakeSamples

/// `lake generate stedi`
package struct GenerateStedi: Sendable, Equatable {
  package var directory = ""
  package var samples = StediOptions()

  package static let declaration = Declaration(
    name: "stedi", summary: "Write the landing data of the STEDI case, at any size",
    discussion: """
      Makes customers, accelerometer readings and step records as newline-delimited JSON in \
      several files, the same bytes for the same scale and seed, and prints the row counts that \
      a right pipeline produces from them. A README.md beside the data states its distributions.

      The tables go to DIR/customer, DIR/accelerometer and DIR/step_trainer, or, if DIR is a \
      workspace, to the same directories of its landing zone.
      """,
    initial: GenerateStedi(),
    arguments: [
      .one("DIR", .directory, "An empty or new directory, or a workspace.") {
        $0.directory = $1
      }
    ],
    options: [
      .option(
        "scale", "N", .decimal(StediOptions.scaleRange, expected: "a number from 0.001 to 10000"),
        "Size in units of 956 customers, 80,000 readings and 29,000 step records, about 11 MB "
          + "(default: 1)."
      ) { $0.samples.scale = $1 },
      .option("seed", "S", .unsigned, "Another seed makes other people (default: 1).") {
        $0.samples.seed = $1
      },
      .option(
        "profile", "KIND", .choice(),
        "Like which of the course's files: revised (one record each; the default) or early "
          + "(609 people with 999 records and mixed answers, shared serial numbers, flags that "
          + "only look like consent)."
      ) { $0.samples.profile = $1 },
      .option(
        "files", "N", .integer(StediOptions.fileRange),
        "Files of each table (default: 4, or more, so that they stay at about 64 MB)."
      ) { $0.samples.files = $1 },
      .option(
        "damage", "KIND", .choice(),
        "Break the files: commas (after each line but the last), glued (nothing between objects), "
          + "cut (every file ends in the middle of an object), mixed (the files of a table take "
          + "turns: whole, commas, glued, cut)."
      ) { $0.samples.damage = $1 },
      .flag("force", "Replace the files of an earlier call, and nothing else.") {
        $0.samples.replacesExisting = true
      },
    ],
    examples: [
      Example("lake generate stedi /tmp/stedi", "A thousand customers."),
      Example("lake generate stedi --scale 100 --seed 7 /tmp/big", "A gigabyte, other people."),
      Example("lake generate stedi --profile early /tmp/early", "People who change their minds."),
      Example("lake generate stedi --damage mixed /tmp/broken", "Files as they really arrive."),
      Example("lake generate stedi --force --json /tmp/stedi", "Once more, counts for programs."),
    ])
}

extension Command {
  package static let generateStedi = Command(GenerateStedi.declaration) { options, context in
    let progress = ProgressLine("Generating", context: context)
    defer { progress.finish() }
    let generator = StediGenerator(
      options.samples, fileSystem: LocalFileSystem(),
      pool: try ThreadPool(threadCount: context.threads), memory: context.makeMemoryTracker(),
      cancellation: context.interruption.flag,
      progress: { progress.advance(rows: $0, bytes: $1) })
    let report = try generator.generate(into: options.directory)
    progress.finish()
    if context.globals.wantsJSON {
      try context.write(json(report))
    } else {
      try write(report, context)
    }
    for landing in report.landing where landing.strangers > 0 {
      let more =
        landing.strangers == 1 ? "1 more file that is" : "\(landing.strangers) more files that are"
      context.note(
        "\(report.root)/\(landing.table.rawValue) holds \(more) not "
          + "from here; the counts leave them out.")
    }
    return .done
  }

  private static func write(_ report: StediReport, _ context: CommandContext) throws {
    var landing = TextTable([
      .text("landing table"), .number("files"), .number("records"), .number("rejects"),
      .number("bytes"),
    ])
    for table in report.landing {
      landing.append([
        .text(table.table.rawValue), .number(table.files), .number(table.records),
        .number(table.rejects), .number(table.bytes),
      ])
    }
    try context.write(landing)
    var expected = TextTable([.text("a right pipeline makes"), .number("rows")])
    for table in report.truth.tables {
      expected.append([.text(table.name), .number(table.rows)])
    }
    expected.append([
      .text("(wrong: the last joined on time alone)"), .number(report.truth.joinedOnTimeAlone),
    ])
    expected.append([
      .text("(of accelerometer_trusted, after consent)"),
      .number(report.truth.readingsAfterConsent),
    ])
    try context.write("\n")
    try context.write(expected)
    guard let consent = report.truth.consent else { return }
    var answers = TextTable([.text("what the customer records say"), .number("count")])
    for (name, count) in consent.counts {
      answers.append([.text(name.replacing("_", with: " ")), .number(count)])
    }
    try context.write("\n")
    try context.write(answers)
  }

  private static func json(_ report: StediReport) -> JSONText {
    let landing = report.landing.map { table in
      JSONText.Member(
        table.table.rawValue,
        .object([
          .init("files", .integer(table.files)),
          .init("records", .integer(table.records)),
          .init("rejects", .integer(table.rejects)),
          .init("bytes", .integer(table.bytes)),
        ]))
    }
    let consent = report.truth.consent.map { consent in
      [
        JSONText.Member(
          "consent", .object(consent.counts.map { .init($0.name, .integer($0.count)) }))
      ]
    }
    let expected = report.truth.tables.map { JSONText.Member($0.name, .integer($0.rows)) }
    let members: [JSONText.Member] = [
      .init("directory", .string(report.root)),
      .init("scale", .number(report.options.scale)),
      .init("seed", .unsigned(report.options.seed)),
      .init("profile", .string(report.options.profile.rawValue)),
      .init("damage", .optional(report.options.damage?.rawValue)),
      .init("landing", .object(landing)),
      .init("expected", .object(expected)),
      .init("joined_on_time_alone", .integer(report.truth.joinedOnTimeAlone)),
      .init("readings_after_consent", .integer(report.truth.readingsAfterConsent)),
    ]
    return .object(members + (consent ?? []))
  }
}
