import LakeCore
import LakePipelines
import Lakehouse

/// What a run did, for people and for programs.
struct RunScreen {
  private let outcome: RunOutcome
  private let context: CommandContext

  init(_ outcome: RunOutcome, _ context: CommandContext) {
    self.outcome = outcome
    self.context = context
  }

  private var run: RunReport { outcome.run }

  func write() throws {
    var table = TextTable([
      .text("job"), .text("state"), .number("rows"), .number("rejected"), .number("withheld"),
      .number("bytes"), .number("version"), .number("seconds"),
    ])
    for job in run.jobs {
      let hasTable = job.state == .published || job.state == .upToDate
      table.append([
        .text(job.table.suffixed), .text(job.state.rawValue),
        hasTable ? .number(job.rowsWritten) : .empty,
        hasTable ? .number(job.rowsRejected) : .empty,
        hasTable ? .number(job.rowsWithheld) : .empty, hasTable ? .number(job.bytes) : .empty,
        job.version.map { .number($0) } ?? .empty,
        .text(Quantity.fixed(job.seconds, digits: 3)),
      ])
    }
    try context.write(table)
    tellCrawl()
    tellConsent()
    for job in run.jobs {
      for warning in job.warnings { context.note("\(job.table.suffixed): \(warning)") }
    }
    for warning in run.warnings { context.note(warning) }
    for job in run.jobs where job.state == .skipped {
      context.note("\(job.table.suffixed) was skipped: \(job.reason)")
    }
    for job in run.jobs.filter({ $0.error != nil }).dropFirst() {
      context.note("\(job.table.suffixed) failed too: \(job.reason)")
    }
    if context.console.outputTraits.isTerminal {
      context.say("run \(run.id) · \(Quantity.duration(seconds: run.seconds))")
    }
  }

  private func tellCrawl() {
    for table in outcome.crawl?.tables ?? [] {
      // What was said when it was found is not said again by every run.
      guard table.hasChanges else { continue }
      for change in table.schemaChanges { context.note("\(table.name): \(change.description)") }
      for difference in table.definitionDifferences { context.note("\(table.name): \(difference)") }
      for warning in table.warnings { context.note("\(table.name): \(warning)") }
      if table.rejectCount > 0 {
        context.note(
          "\(table.name): \(Quantity.grouped(table.rejectCount, "record")) rejected; see lake "
            + "rejects \(table.name)")
      }
    }
    for warning in outcome.crawl?.warnings ?? [] { context.note(warning) }
  }

  private func tellConsent() {
    for consent in run.consents {
      var text = "consent \(consent.policy): \(Quantity.grouped(consent.granted)) of "
      text += "\(Quantity.grouped(consent.subjects, "subject")) granted"
      let changes = [(consent.withdrew, "withdrew"), (consent.joined, "joined")]
        .compactMap { count, word in count.flatMap { $0 > 0 ? "\($0) \(word)" : nil } }
      if !changes.isEmpty { text += "; \(changes.joined(separator: ", ")) since the last run" }
      context.say(text)
      for note in consent.notes { context.note("consent \(consent.policy): \(note)") }
    }
    for withdrawal in run.withdrawals {
      let rows = Quantity.grouped(withdrawal.rowsRemoved, "row")
      context.say(
        withdrawal.isEmptied
          ? "\(withdrawal.table): all \(rows) taken out until it is made again, since people "
            + "withdrew and it does not say whose its rows are"
          : "\(withdrawal.table): \(rows) of people who withdrew taken out")
    }
  }

  // MARK: - JSON

  var json: JSONText {
    .object([
      .init("run", .integer(run.id)),
      .init("pipeline", .string(run.pipeline)),
      .init("ok", .boolean(run.error == nil)),
      .init("seconds", .number(run.seconds)),
      .init("jobs", .array(run.jobs.map(json))),
      .init("consent", .array(run.consents.map(json))),
      .init("withdrawals", .array(run.withdrawals.map(json))),
      .init("warnings", .array(run.warnings.map(JSONText.string))),
    ])
  }

  private func json(_ job: JobReport) -> JSONText {
    .object([
      .init("table", .string(job.table.suffixed)),
      .init("file", .string(job.file)),
      .init("state", .string(job.state.rawValue)),
      .init("reason", .string(job.reason)),
      .init("rows_read", .integer(job.rowsRead)),
      .init("rows", .integer(job.rowsWritten)),
      .init("rejected", .integer(job.rowsRejected)),
      .init("withheld", .integer(job.rowsWithheld)),
      .init("bytes", .integer(job.bytes)),
      .init("version", .optional(job.version)),
      .init("seconds", .number(job.seconds)),
      .init("warnings", .array(job.warnings.map(JSONText.string))),
      .init("error", job.error.map { ErrorReport($0).json.member("error") } ?? .null),
    ])
  }

  private func json(_ consent: ConsentReport) -> JSONText {
    .object([
      .init("policy", .string(consent.policy)),
      .init("epoch", .string(consent.epoch)),
      .init("subjects", .integer(consent.subjects)),
      .init("granted", .integer(consent.granted)),
      .init("withdrew", .optional(consent.withdrew)),
      .init("joined", .optional(consent.joined)),
      .init(
        "answers",
        .object(consent.answers.map { .init($0.answer.explanation, .integer($0.count)) })),
      .init("notes", .array(consent.notes.map(JSONText.string))),
    ])
  }

  private func json(_ withdrawal: WithdrawalReport) -> JSONText {
    .object([
      .init("table", .string(withdrawal.table.suffixed)),
      .init("policy", .string(withdrawal.policy)),
      .init("rows_removed", .integer(withdrawal.rowsRemoved)),
      .init("version", .integer(withdrawal.version)),
    ])
  }
}

extension JSONText {
  /// A member of an object; null where there is none.
  func member(_ name: String) -> JSONText {
    guard case .object(let members) = self else { return .null }
    return members.first { $0.name == name }?.value ?? .null
  }
}
